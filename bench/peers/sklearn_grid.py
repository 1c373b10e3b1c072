"""scikit-learn's GridSearchCV over the grid of docs/performance.md on two cores: prints its seconds."""

import sys
import time
import warnings

import numpy as np
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neural_network import MLPClassifier

if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
    x, y = table[:, :-1].astype(np.float32), table[:, -1].astype(int)
    grid = {
        "hidden_layer_sizes": [(32,), (64,), (64, 32)],
        "alpha": [1e-4, 1e-3, 1e-2],
        "learning_rate_init": [1e-3, 3e-3, 1e-2],
    }
    network = MLPClassifier(batch_size=128, max_iter=50, tol=0, n_iter_no_change=10**9, random_state=0)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    search = GridSearchCV(network, grid, cv=folds, n_jobs=2, refit=False)
    start = time.perf_counter()
    import os

    os.environ["PYTHONWARNINGS"] = "ignore"
    search.fit(x, y)
    print(time.perf_counter() - start)
