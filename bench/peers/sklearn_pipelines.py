"""The pipelines of docs/data.md in scikit-learn, on the tables that the command line names; one JSON object on standard output."""

import csv
import json
import sys
from datetime import datetime

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def read(table):
    with open(table["path"], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kinds = table["kinds"]
    names = list(kinds)

    def value(text, kind):
        if text == "":
            return None if kind == "category" else np.nan
        if kind == "category":
            return text
        if kind == "date":
            return datetime.fromisoformat(text).timestamp()
        return float(text)

    x = np.array([[value(row[name], kinds[name]) for name in names] for row in rows], dtype=object)
    y = np.array([row[table["target"]] for row in rows])
    return x, y if table["task"] == "classification" else y.astype(float), names


def measure(table):
    x, y, names = read(table)
    categories = [i for i, name in enumerate(names) if table["kinds"][name] == "category"]
    numbers = [i for i in range(len(names)) if i not in categories]
    gaps = [i for i in numbers if any(value != value for value in x[:, i])]
    to_float = lambda name: make_pipeline(SimpleImputer(strategy="median"), StandardScaler())  # noqa: E731
    columns = [("numbers", to_float("numbers"), numbers)]
    if gaps:
        columns.append(("gaps", MissingIndicator(features="all"), gaps))
    if categories:
        fill = SimpleImputer(strategy="constant", fill_value="(missing)", missing_values=None)
        columns.append(("categories", make_pipeline(fill, OneHotEncoder(handle_unknown="ignore")), categories))
    network = dict(
        hidden_layer_sizes=tuple(table["units"]),
        alpha=0,
        batch_size=table["batch"],
        learning_rate_init=table["rate"],
        max_iter=table["epochs"],
        n_iter_no_change=table["epochs"],
        tol=0,
    )
    folds = dict(n_splits=table["folds"], n_repeats=table["repeats"], random_state=0)
    if table["task"] == "classification":
        model, division, metric = MLPClassifier(**network), RepeatedStratifiedKFold(**folds), "accuracy"
    else:
        model = TransformedTargetRegressor(MLPRegressor(**network), transformer=StandardScaler())
        division, metric = RepeatedKFold(**folds), "r2"
    pipeline = make_pipeline(ColumnTransformer(columns, sparse_threshold=0), model)
    scores = cross_val_score(pipeline, x, y, cv=division, scoring=metric)
    return {"mean": scores.mean(), "standardError": scores.std(ddof=1) / np.sqrt(len(scores))}


if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore")
    tables = json.load(sys.stdin)
    json.dump({table["name"]: measure(table) for table in tables}, sys.stdout)
