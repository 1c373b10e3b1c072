"""NumPy tuned: float32 throughout, results written in place, no input gradient of the first layer."""

import numpy as np

from loads import Load, data, initial_weights


def trainer(load: Load):
    x, y = data(load)
    x = np.ascontiguousarray(x, np.float32)
    random = np.random.default_rng(2)
    layers = initial_weights(load, np.float32)
    parameters = [p for layer in layers for p in layer]
    gradients = [np.empty_like(p) for p in parameters]
    firsts = [np.zeros_like(p) for p in parameters]
    seconds = [np.zeros_like(p) for p in parameters]
    scratch = [np.empty_like(p) for p in parameters]
    last = len(layers) - 1
    most = load.batch or load.rows
    outputs = [np.empty((most, w.shape[1]), np.float32) for w, _ in layers]
    masks = [np.empty((most, w.shape[1]), np.float32) for w, _ in layers]
    differences = [np.empty((most, w.shape[1]), np.float32) for w, _ in layers]
    steps = 0
    one = np.float32(1)

    def step(xs, ys):
        nonlocal steps
        n = len(xs)
        rows = np.arange(n)
        values = xs
        hidden = []
        for l, (w, b) in enumerate(layers):
            z = outputs[l][:n]
            np.dot(values, w, out=z)
            z += b
            if l == last:
                break
            np.maximum(z, 0, out=z)
            if load.dropout > 0:
                mask = masks[l][:n]
                random.random(out=mask, dtype=np.float32)
                np.greater_equal(mask, np.float32(load.dropout), out=mask, casting="unsafe")
                mask *= np.float32(1 / (1 - load.dropout))
                z *= mask
            hidden.append(z)
            values = z
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis=1, keepdims=True)
        loss = -np.log(np.clip(z[rows, ys], 1e-7, 1 - 1e-7)).mean()
        accuracy = (z.argmax(axis=1) == ys).mean()
        z[rows, ys] -= one
        z *= np.float32(1 / n)
        gradient = z
        for l in range(last, -1, -1):
            w, b = layers[l]
            np.dot((hidden[l - 1] if l > 0 else xs).T, gradient, out=gradients[2 * l])
            np.sum(gradient, axis=0, keepdims=True, out=gradients[2 * l + 1])
            if l == 0:
                break
            below = differences[l - 1][:n]
            np.dot(gradient, w.T, out=below)
            below *= hidden[l - 1] > 0
            if load.dropout > 0:
                below *= np.float32(1 / (1 - load.dropout))
            gradient = below
        if load.l2 > 0:
            for i in (0, 1):
                np.multiply(parameters[i], np.float32(2 * load.l2), out=scratch[i])
                gradients[i] += scratch[i]
        steps += 1
        second = 1 - 0.999**steps
        rate = load.learning_rate / (1 + load.decay * (steps - 1)) / (1 - 0.9**steps)
        for p, g, m, v, s in zip(parameters, gradients, firsts, seconds, scratch):
            m *= np.float32(0.9)
            np.multiply(g, np.float32(0.1), out=s)
            m += s
            v *= np.float32(0.999)
            np.multiply(g, g, out=g)
            g *= np.float32(0.001)
            v += g
            np.divide(v, np.float32(second), out=s)
            np.sqrt(s, out=s)
            s += np.float32(1e-7)
            np.divide(m, s, out=s)
            s *= np.float32(rate)
            p -= s
        return loss, accuracy

    def epochs(count):
        for _ in range(count):
            if load.batch is None:
                step(x, y)
                continue
            order = random.permutation(load.rows)
            for start in range(0, load.rows, load.batch):
                chosen = order[start : start + load.batch]
                step(x[chosen], y[chosen])

    return epochs
