"""JAX with the whole training jitted: one call runs many epochs, steps and all, as one compiled program."""

from functools import partial

import jax
import jax.numpy as jnp

from loads import Load, data, initial_weights


def trainer(load: Load):
    features, labels = data(load)
    x = jnp.asarray(features, jnp.float32)
    y = jnp.asarray(labels, jnp.int32)
    parameters = [(jnp.asarray(w, jnp.float32), jnp.asarray(b, jnp.float32)) for w, b in initial_weights(load)]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, zeros, zeros, jnp.int32(0), jax.random.key(0, impl="rbg"))

    def lossOf(parameters, xs, ys, key):
        values = xs
        for l, (w, b) in enumerate(parameters):
            values = values @ w + b
            if l < len(parameters) - 1:
                values = jax.nn.relu(values)
                if load.dropout > 0:
                    key, own = jax.random.split(key)
                    kept = jax.random.bernoulli(own, 1 - load.dropout, values.shape)
                    values = jnp.where(kept, values / (1 - load.dropout), 0)
        logs = jax.nn.log_softmax(values)
        loss = -jnp.take_along_axis(logs, ys[:, None], 1).mean()
        accuracy = (values.argmax(1) == ys).mean()
        penalty = load.l2 * sum((p**2).sum() for p in parameters[0]) if load.l2 > 0 else 0
        return loss + penalty, (loss, accuracy)

    def step(state, xs, ys):
        parameters, first, second, steps, key = state
        key, own = jax.random.split(key)
        gradients, figures = jax.grad(lossOf, has_aux=True)(parameters, xs, ys, own)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        t = steps + 1
        rate = load.learning_rate / (1 + load.decay * steps) / (1 - 0.9**t)
        scale = 1 - 0.999**t
        parameters = jax.tree.map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v / scale) + 1e-7), parameters, first, second
        )
        return (parameters, first, second, t, key), figures

    def epoch(state):
        if load.batch is None:
            return step(state, x, y)
        key, own = jax.random.split(state[4])
        order = jax.random.permutation(own, load.rows)
        whole = load.rows // load.batch * load.batch
        batches = order[:whole].reshape(-1, load.batch)
        state = (*state[:4], key)
        state, _ = jax.lax.scan(lambda s, rows: step(s, x[rows], y[rows]), state, batches)
        rest = order[whole:]
        return step(state, x[rest], y[rest])

    @partial(jax.jit, static_argnums=1)
    def run(state, count):
        return jax.lax.scan(lambda s, _: epoch(s), state, None, length=count)

    def epochs(count):
        nonlocal state
        state, figures = run(state, count)
        jax.block_until_ready(figures)

    return epochs
