"""Holdfast from Python, with the standard library alone, in scikit-learn's manner.

    search = HoldfastSearch({"hiddenLayers": [[16], [32]], "learningRate": [0.003, 0.03], "epochs": 30})
    search.fit(rows, labels)
    print(search.best_params_, search.best_score_)
    print(search.predict(rows[:3]))

``rows`` is a list of lists (or anything that iterates like one, a NumPy array too). Run as a program it searches on a CSV file:

    python3 examples/python/holdfast_search.py examples/data/iris.csv species
"""

import csv
import io
import json
import os
import sys
import urllib.error
import urllib.request
import uuid


class HoldfastError(Exception):
    """The service answered with a problem; ``problem`` is the whole of it (RFC 9457)."""

    def __init__(self, problem):
        places = [f"{e['pointer']}: {e['message']}" for e in problem.get("errors", [])]
        super().__init__("\n  ".join([problem.get("detail", problem.get("title", "")), *places]))
        self.problem = problem


class HoldfastSearch:
    """Fitted attributes: search_id_, best_params_, best_score_, best_index_, cv_results_, model_id_."""

    def __init__(self, space=None, *, strategy=None, cross_validation=None, metric=None, task="classification",
                 test_fraction=0.2, seed=0, url=None, key=None):
        self.space, self.strategy, self.cross_validation = space, strategy, cross_validation
        self.metric, self.task, self.test_fraction, self.seed = metric, task, test_fraction, seed
        self.url = (url or os.environ.get("HOLDFAST_URL") or "http://127.0.0.1:8080").rstrip("/")
        self.key = key or os.environ.get("HOLDFAST_KEY")

    def fit(self, rows, labels, feature_names=None):
        """Uploads the rows (``test_fraction`` of them is locked away), searches, and trains the recommended trial on all others."""
        rows, labels = [list(row) for row in rows], list(labels)
        if len(rows) != len(labels) or not rows:
            raise ValueError(f"{len(rows)} rows and {len(labels)} labels: there must be as many of both, and some")
        self.feature_names_ = list(feature_names or [f"x{n}" for n in range(len(rows[0]))])
        table = self._csv([[*row, label] for row, label in zip(rows, labels)], [*self.feature_names_, "target"])
        dataset = self._upload(table)
        spec = {"dataset": dataset["id"], "seed": self.seed, "space": self.space, "strategy": self.strategy,
                "crossValidation": self.cross_validation, "objective": self.metric and {"metric": self.metric}}
        search = self._post("/v1/searches", {name: value for name, value in spec.items() if value is not None})
        self.search_id_ = search["id"]
        search = self._wait(f"/v1/searches/{self.search_id_}")
        if search["status"] != "completed":
            raise RuntimeError(f"The search ended {search['status']}: {search['reason']}")
        table = self._request(f"/v1/searches/{self.search_id_}/leaderboard.csv?columns=cv_results").decode()
        columns = list(csv.DictReader(io.StringIO(table)))
        self.cv_results_ = {name: [self._value(row[name]) for row in columns] for name in (columns[0] if columns else {})}
        self.best_index_, self.best_score_ = search["best"]["trial"], search["best"]["score"]
        self.best_params_ = self._get(f"/v1/searches/{self.search_id_}/trials/{self.best_index_}")["params"]
        model = self._post(f"/v1/searches/{self.search_id_}/models", {"trial": self.best_index_})
        self.model_id_ = self._wait(f"/v1/models/{model['id']}")["id"]
        return self

    def predict(self, rows):
        """Labels, or values where the task is regression."""
        items = self._predictions(rows)
        return [item["value"] if "value" in item else item["label"] for item in items]

    def _predictions(self, rows):
        named = [dict(zip(self.feature_names_, row)) for row in rows]
        return self._post(f"/v1/models/{self.model_id_}/predictions", {"rows": named})["items"]

    def _upload(self, table):
        spec = {"name": f"python-{uuid.uuid4().hex[:12]}", "target": "target", "task": self.task,
                "test": {"kind": "random", "fraction": self.test_fraction} if self.test_fraction else {"kind": "none"}}
        edge = uuid.uuid4().hex
        body = (f'--{edge}\r\nContent-Disposition: form-data; name="spec"\r\n\r\n{json.dumps(spec)}\r\n'
                f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="data.csv"\r\n\r\n{table}\r\n--{edge}--\r\n')
        return json.loads(self._request("/v1/datasets", body.encode(), f"multipart/form-data; boundary={edge}"))

    @staticmethod
    def _csv(rows, header):
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
        return out.getvalue()

    @staticmethod
    def _value(text):
        try:
            return json.loads(text) if text else None
        except ValueError:
            return text

    def _wait(self, path):
        """Asks again and again; each time the service holds its answer until something has changed."""
        etag = None
        while True:
            request = self._make_request(path + "?waitSeconds=30", headers={"If-None-Match": etag} if etag else {})
            try:
                with urllib.request.urlopen(request) as answer:
                    found, etag = json.loads(answer.read()), answer.headers["ETag"]
            except urllib.error.HTTPError as error:
                if error.code != 304:
                    raise HoldfastError(json.loads(error.read() or b"{}")) from None
                continue
            if found["status"] in ("completed", "failed", "cancelled"):
                return found

    def _get(self, path):
        return json.loads(self._request(path))

    def _post(self, path, body):
        return json.loads(self._request(path, json.dumps(body).encode(), "application/json"))

    def _make_request(self, path, body=None, headers=None):
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return urllib.request.Request(self.url + path, body, {"Accept": "application/json", **key, **(headers or {})})

    def _request(self, path, body=None, content_type=None):
        request = self._make_request(path, body, {"Content-Type": content_type} if content_type else {})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise HoldfastError(json.loads(error.read() or b"{}")) from None


def main(path, target):
    with open(path, newline="") as file:
        table = list(csv.DictReader(file))
    names = [name for name in table[0] if name != target]
    rows = [[float(row[name]) for name in names] for row in table]
    search = HoldfastSearch({"hiddenLayers": [[8], [16]], "learningRate": [0.01, 0.03], "epochs": 30})
    search.fit(rows, [row[target] for row in table], names)
    print(f"best {search.best_score_:.4f} with {search.best_params_['hiddenLayers']} {search.best_params_['learningRate']}")
    print("cv_results_:", ", ".join(list(search.cv_results_)[:6]), "…")
    print("predicted:", search.predict(rows[:3]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("python3 holdfast_search.py FILE.csv TARGET")
    main(*sys.argv[1:])
