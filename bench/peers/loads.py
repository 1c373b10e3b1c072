"""The loads of bench/src/train/load.ts for the peers: data of the same shape and kind, the same network and settings."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Load:
    rows: int
    sizes: tuple[int, ...]  # inputs, hidden units, classes
    batch: int | None  # None: all rows
    learning_rate: float
    decay: float
    l2: float  # of the first layer, weights and biases
    dropout: float


LOADS = {
    "a": Load(300, (2, 64, 3), None, 0.05, 5e-5, 5e-4, 0.0),
    "b": Load(3000, (2, 64, 3), None, 0.05, 5e-5, 5e-4, 0.1),
    "c": Load(3000, (2, 512, 3), None, 0.05, 5e-5, 5e-4, 0.1),
    "d": Load(10_000, (64, 128, 64, 10), 128, 0.001, 0.0, 0.0, 0.0),
    "e": Load(10_000, (784, 256, 128, 10), 128, 0.001, 0.0, 0.0, 0.0),
}


def data(load: Load) -> tuple[np.ndarray, np.ndarray]:
    """Float64 features and int64 labels, as a user has them at hand."""
    random = np.random.default_rng(0)
    classes = load.sizes[-1]
    if load.sizes[0] == 2:
        per_class = load.rows // classes
        features = np.zeros((load.rows, 2))
        labels = np.repeat(np.arange(classes), per_class)
        for c in range(classes):
            r = np.linspace(0, 1, per_class)
            t = np.linspace(c * 4, (c + 1) * 4, per_class) + random.normal(size=per_class) * 0.1
            features[c * per_class : (c + 1) * per_class] = np.c_[r * np.sin(t * 2.5), r * np.cos(t * 2.5)]
        return features, labels
    labels = np.arange(load.rows) % classes
    features = random.normal(size=(load.rows, load.sizes[0]))
    features += 0.3 * (np.arange(load.sizes[0]) % classes == labels[:, None])
    return features, labels


def initial_weights(load: Load, dtype=np.float64) -> list[tuple[np.ndarray, np.ndarray]]:
    random = np.random.default_rng(1)
    layers = []
    for inputs, units in zip(load.sizes, load.sizes[1:]):
        deviation = 0.01 if load.sizes[0] == 2 else np.sqrt(2 / inputs)
        weights = (deviation * random.normal(size=(inputs, units))).astype(dtype)
        layers.append((weights, np.zeros((1, units), dtype)))
    return layers
