"""
The pipelines of docs/data.md in scikit-learn, on tables and folds read as JSON from standard input; scores by table, fold and seed as one
JSON object on standard output.
"""

import csv
import json
import sys
from datetime import datetime

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


class WithoutBiases:
    """Biases begin at 0, as they do in Holdfast and most libraries; scikit-learn draws them like weights. All else is its own."""

    def _init_coef(self, fan_in, fan_out, dtype):
        weights, biases = super()._init_coef(fan_in, fan_out, dtype)
        return weights, np.zeros_like(biases)


class Classifier(WithoutBiases, MLPClassifier):
    pass


class Regressor(WithoutBiases, MLPRegressor):
    pass


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
        epsilon=table["epsilon"],
        max_iter=table["epochs"],
        # Never before the last epoch.
        n_iter_no_change=table["epochs"],
        tol=0,
    )
    rows = np.arange(len(y))
    division = [(np.setdiff1d(rows, fold), np.array(fold)) for fold in table["folds"]]

    def score(seed):
        if table["task"] == "classification":
            model, metric = Classifier(**network, random_state=seed), "accuracy"
        else:
            regressor = Regressor(**network, random_state=seed)
            model, metric = TransformedTargetRegressor(regressor, transformer=StandardScaler()), "r2"
        pipeline = make_pipeline(ColumnTransformer(columns, sparse_threshold=0), model)
        return cross_val_score(pipeline, x, y, cv=division, scoring=metric)

    return np.stack([score(seed) for seed in range(table["seeds"])], axis=1).tolist()


if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore")
    tables = json.load(sys.stdin)
    json.dump({table["name"]: measure(table) for table in tables}, sys.stdout)
