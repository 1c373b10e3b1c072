"""Optuna on the same objectives; prints one JSON object: by sampler, by seed, the figures that run-strategies.ts asks for."""

import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def branin(trial):
    x = 15 * trial.suggest_float("l1", 0, 1) - 5
    y = 15 * trial.suggest_float("l2", 0, 1)
    inner = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return inner**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.39788735772973816


ALPHA = [1, 1.2, 3, 3.2]
A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann6(trial):
    x = [trial.suggest_float(f"x{j}", 0, 1) for j in range(6)]
    total = sum(ALPHA[i] * math.exp(-sum(A[i][j] * (x[j] - P[i][j]) ** 2 for j in range(6))) for i in range(4))
    return 3.322368011391339 - total


def conditional(trial):
    optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam"])
    size = {8: 0.2, 16: 0, 32: 0.1}[trial.suggest_categorical("units", [8, 16, 32])]
    if optimizer == "sgd":
        rate = trial.suggest_float("sgd_rate", 0.001, 1, log=True)
        momentum = 0.0
        if trial.suggest_categorical("has_momentum", [False, True]):
            momentum = trial.suggest_float("momentum", 0.5, 0.99)
        effective = math.log10(rate / (1 - momentum))
        return 0.15 + size + 0.3 * (effective - 0.3) ** 2 + (0.2 if momentum == 0 else (momentum - 0.9) ** 2)
    rate = trial.suggest_float("adam_rate", 0.0001, 0.1, log=True)
    penalty = 0.0
    if trial.suggest_categorical("has_l2", [False, True]):
        penalty = 0.1 + 0.05 * (math.log10(trial.suggest_float("l2", 1e-6, 0.01, log=True)) + 4) ** 2
    return size + 0.3 * (math.log10(rate) + 2.5) ** 2 + penalty


def run_surrogate(name, seeds, trials):
    objective = {"branin": branin, "hartmann6": hartmann6, "conditional": conditional}[name]
    samplers = {
        "Optuna random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
        "Optuna TPE": lambda seed: optuna.samplers.TPESampler(seed=seed),
        "Optuna TPE, multivariate": lambda seed: optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, warn_independent_sampling=False
        ),
    }
    found = {}
    for label, make in samplers.items():
        found[label] = []
        for seed in range(seeds):
            study = optuna.create_study(sampler=make(seed))
            study.optimize(objective, n_trials=trials)
            values = [trial.value for trial in study.trials]
            found[label].append([min(values[: int(mark * trials)]) for mark in (0.25, 0.5, 1)])
    return found


def run_hyperband(path, seeds, budget):
    with open(path) as file:
        pool = json.load(file)
    epochs, accuracies = pool["epochs"], pool["accuracies"]
    results = []
    for seed in range(seeds):
        spent = 0

        def objective(trial):
            nonlocal spent
            number = trial.suggest_int("trial", 0, len(accuracies) - 1)
            before = 0
            for k, epoch in enumerate(epochs):
                scores = accuracies[number][k]
                spent += (epoch - before) * len(scores)
                before = epoch
                mean = 0.0 if None in scores else sum(scores) / len(scores)
                trial.report(mean, epoch)
                if epoch < epochs[-1] and trial.should_prune():
                    raise optuna.TrialPruned()
            return mean

        study = optuna.create_study(
            direction="maximize",
            sampler=optuna.samplers.RandomSampler(seed=seed),
            pruner=optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs[-1], reduction_factor=3),
        )
        study.optimize(
            objective,
            n_trials=10_000,
            callbacks=[lambda study, trial: study.stop() if spent >= budget else None],
        )
        done = [t.value for t in study.trials if t.state == optuna.trial.TrialState.COMPLETE]
        results.append([max(done, default=0.0), spent])
    return results


if __name__ == "__main__":
    if sys.argv[1] == "surrogate":
        print(json.dumps(run_surrogate(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
    else:
        print(json.dumps(run_hyperband(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))))
