"""A trainer of one's own: Holdfast searches, scikit-learn trains. HTTP by the standard library alone.

The data stay here; Holdfast says which rows to train on and is told the squared error of each other row, so that its
leaderboard says how sure it is.

    python3 examples/external/sklearn_trainer.py             submits a search and trains all of it
    python3 examples/external/sklearn_trainer.py se_… two    helps with one that is there, as the client "two"
"""

import json
import os
import sys
import urllib.error
import urllib.request

from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor

URL = os.environ.get("HOLDFAST_URL", "http://127.0.0.1:8080").rstrip("/")
X, y = load_diabetes(return_X_y=True)

SEARCH = {
    "trainer": "external",
    "name": "boosted trees by scikit-learn",
    "rows": len(y),
    "objective": {"metric": "rmse", "direction": "minimize", "rowScores": "rootMean"},
    "space": {
        "max_depth": {"min": 1, "max": 6, "integer": True},
        "learning_rate": {"min": 0.01, "max": 0.5, "scale": "log"},
        "subsample": [0.5, 0.8, 1.0],
        "max_features": [None, "sqrt"],
    },
    # Trees are what a trial can have less of: few for all, many for the best.
    "resource": {"name": "trees", "max": 90},
    "strategy": {"kind": "halving", "minEpochs": 10, "trials": 12},
    "crossValidation": {"kind": "plain", "folds": 3},
}


def send(path, body=None):
    headers = {"Content-Type": "application/json"}
    if os.environ.get("HOLDFAST_KEY"):
        headers["Authorization"] = f"Bearer {os.environ['HOLDFAST_KEY']}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers)) as answer:
        return json.load(answer)


def train(asked):
    """The squared errors on the validation rows, and the root mean square error on the training rows."""
    training, validation = asked["rows"]["training"], asked["rows"]["validation"]
    model = GradientBoostingRegressor(
        n_estimators=asked["resource"]["until"], random_state=asked["seed"], **asked["params"])
    model.fit(X[training], y[training])
    squares = (model.predict(X[validation]) - y[validation]) ** 2
    fitted = (model.predict(X[training]) - y[training]) ** 2
    return squares, float(fitted.mean() ** 0.5)


def main(search=None, client=f"sklearn-{os.getpid()}"):
    if search is None:
        search = send("/v1/searches", SEARCH)["id"]
        print("Submitted", search)
    while True:
        asked = send(f"/v1/searches/{search}/asks", {"client": client, "waitSeconds": 10})
        if asked["next"] == "stop":
            break
        if asked["next"] == "wait":
            continue
        squares, training = train(asked)
        result = {"lease": asked["lease"]["token"], "score": float(squares.mean() ** 0.5),
                  "trainingScore": training, "rowScores": squares.tolist()}
        try:
            send(asked["resultPath"], result)
        except urllib.error.HTTPError as error:
            # 409: too late, somebody else has it by now.
            if error.code != 409:
                raise SystemExit(error.read().decode())
    board = send(f"/v1/searches/{search}/leaderboard?limit=3")
    print(f"The search is {board['status']}; {board['metric']}, lower is better")
    for item in board["items"]:
        place = f"{item['rank']}." if item["rank"] else item["status"]
        print(f"  {place} trial {item['trial']}: {item['score']['mean']:.2f} ± {item['score']['standardError']:.2f}",
              item["params"])


if __name__ == "__main__":
    main(*sys.argv[1:])
