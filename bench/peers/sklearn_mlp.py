"""scikit-learn's MLPClassifier. It has no dropout, so it is not a peer on loads b and c."""

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

from loads import Load, data


def trainer(load: Load):
    if load.dropout > 0:
        return None
    warnings.filterwarnings("ignore")
    x, y = data(load)
    x = x.astype(np.float32)

    def epochs(count):
        MLPClassifier(
            hidden_layer_sizes=load.sizes[1:-1],
            batch_size=load.batch or load.rows,
            learning_rate_init=load.learning_rate,
            alpha=load.l2,
            max_iter=count,
            tol=0,
            n_iter_no_change=10**9,
            random_state=0,
        ).fit(x, y)

    return epochs
