"""Searches through a client that openapi-python-client made of /openapi.json: one that Holdfast trains, and an external one.

    PYTHONPATH=GENERATED python use_generated_client.py URL
"""

import sys

from holdfast_client import Client
from holdfast_client.api.external_trainers import ask, tell
from holdfast_client.api.leaderboard import get_leaderboard
from holdfast_client.api.searches import create_search, get_search
from holdfast_client.models import (
    AskInput, ExternalSpecInput, Leaderboard, ScoredResultInput, Search, SearchSpecInput, StopAnswer, TellAnswer, TrainAnswer)


def expect(kind, answer):
    if not isinstance(answer, kind):
        raise SystemExit(f"not a {kind.__name__}: {answer}")
    return answer


def search_networks(client):
    body = SearchSpecInput.from_dict({
        "dataset": "iris",
        "space": {"hiddenLayers": [[4], [8]], "learningRate": 0.03, "epochs": 5},
        "crossValidation": {"kind": "stratified", "folds": 2},
    })
    search = expect(Search, create_search.sync(client=client, body=body))
    for _ in range(100):
        search = expect(Search, get_search.sync(search.id, client=client, wait_seconds="20"))
        if search.status.value in ("completed", "failed", "cancelled"):
            break
    board = expect(Leaderboard, get_leaderboard.sync(search.id, client=client))
    assert board.status.value == "completed" and board.items[0].rank == 1, board
    print(f"networks: {board.metric} {board.items[0].score.mean:.3f} by {board.items[0].params.to_dict()}")


def search_with_own_trainer(client):
    body = ExternalSpecInput.from_dict({
        "trainer": "external", "rows": 20, "objective": {"metric": "cost", "direction": "minimize"},
        "space": {"x": {"min": 0, "max": 1}}, "strategy": {"kind": "sobol", "trials": 4},
        "crossValidation": {"kind": "plain", "folds": 2},
    })
    search = expect(Search, create_search.sync(client=client, body=body))
    while True:
        asked = ask.sync(search.id, client=client, body=AskInput(client="generated", wait_seconds=10))
        if isinstance(asked, StopAnswer):
            break
        asked = expect(TrainAnswer, asked)
        cost = (asked.params["x"] - 0.4) ** 2
        result = ScoredResultInput(lease=asked.lease.token, score=cost, row_scores=[cost] * len(asked.rows.validation))
        told = tell.sync(asked.search, str(asked.trial), str(asked.fold), client=client, body=result)
        assert expect(TellAnswer, told).outcome.value == "accepted", told
    board = expect(Leaderboard, get_leaderboard.sync(search.id, client=client))
    assert board.status.value == "completed" and board.items[0].rank_interval is not None, board
    print(f"own trainer: cost {board.items[0].score.mean:.4f} at {board.items[0].params.to_dict()}")


if __name__ == "__main__":
    holdfast = Client(base_url=sys.argv[1], raise_on_unexpected_status=True, timeout=60)
    search_networks(holdfast)
    search_with_own_trainer(holdfast)
