"""NumPy as textbooks write it: a class for each layer, its results kept as attributes, float64 as NumPy has it."""

import numpy as np

from loads import Load, data, initial_weights


class Dense:
    def __init__(self, weights, biases, l2):
        self.weights, self.biases, self.l2 = weights, biases, l2
        self.weight_momentums = np.zeros_like(weights)
        self.weight_cache = np.zeros_like(weights)
        self.bias_momentums = np.zeros_like(biases)
        self.bias_cache = np.zeros_like(biases)

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        if self.l2 > 0:
            self.dweights += 2 * self.l2 * self.weights
            self.dbiases += 2 * self.l2 * self.biases
        self.dinputs = np.dot(dvalues, self.weights.T)


class ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)

    def backward(self, dvalues):
        self.dinputs = dvalues.copy()
        self.dinputs[self.inputs <= 0] = 0


class Dropout:
    def __init__(self, rate):
        self.rate = 1 - rate

    def forward(self, inputs):
        self.mask = np.random.binomial(1, self.rate, size=inputs.shape) / self.rate
        self.output = inputs * self.mask

    def backward(self, dvalues):
        self.dinputs = dvalues * self.mask


class SoftmaxCrossEntropy:
    def forward(self, inputs, labels):
        exponentials = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = exponentials / np.sum(exponentials, axis=1, keepdims=True)
        clipped = np.clip(self.output, 1e-7, 1 - 1e-7)
        return np.mean(-np.log(clipped[range(len(labels)), labels]))

    def backward(self, labels):
        self.dinputs = self.output.copy()
        self.dinputs[range(len(labels)), labels] -= 1
        self.dinputs = self.dinputs / len(labels)


class Adam:
    def __init__(self, learning_rate, decay):
        self.learning_rate, self.decay, self.iterations = learning_rate, decay, 0
        self.epsilon, self.beta_1, self.beta_2 = 1e-7, 0.9, 0.999

    def update(self, layers):
        rate = self.learning_rate / (1 + self.decay * self.iterations)
        first = 1 - self.beta_1 ** (self.iterations + 1)
        second = 1 - self.beta_2 ** (self.iterations + 1)
        for layer in layers:
            layer.weight_momentums = self.beta_1 * layer.weight_momentums + (1 - self.beta_1) * layer.dweights
            layer.bias_momentums = self.beta_1 * layer.bias_momentums + (1 - self.beta_1) * layer.dbiases
            layer.weight_cache = self.beta_2 * layer.weight_cache + (1 - self.beta_2) * layer.dweights**2
            layer.bias_cache = self.beta_2 * layer.bias_cache + (1 - self.beta_2) * layer.dbiases**2
            layer.weights += -rate * (layer.weight_momentums / first) / (np.sqrt(layer.weight_cache / second) + self.epsilon)
            layer.biases += -rate * (layer.bias_momentums / first) / (np.sqrt(layer.bias_cache / second) + self.epsilon)
        self.iterations += 1


def trainer(load: Load):
    x, y = data(load)
    layers = [Dense(w, b, load.l2 if l == 0 else 0) for l, (w, b) in enumerate(initial_weights(load))]
    activations = [ReLU() for _ in layers[1:]]
    dropouts = [Dropout(load.dropout) if load.dropout > 0 else None for _ in layers[1:]]
    head = SoftmaxCrossEntropy()
    optimizer = Adam(load.learning_rate, load.decay)

    def step(xs, ys):
        values = xs
        for layer, relu, dropout in zip(layers, activations, dropouts):
            layer.forward(values)
            relu.forward(layer.output)
            values = relu.output
            if dropout is not None:
                dropout.forward(values)
                values = dropout.output
        layers[-1].forward(values)
        loss = head.forward(layers[-1].output, ys)
        accuracy = np.mean(np.argmax(head.output, axis=1) == ys)
        head.backward(ys)
        layers[-1].backward(head.dinputs)
        gradient = layers[-1].dinputs
        for layer, relu, dropout in reversed(list(zip(layers, activations, dropouts))):
            if dropout is not None:
                dropout.backward(gradient)
                gradient = dropout.dinputs
            relu.backward(gradient)
            layer.backward(relu.dinputs)
            gradient = layer.dinputs
        optimizer.update(layers)
        return loss, accuracy

    def epochs(count):
        for _ in range(count):
            if load.batch is None:
                step(x, y)
                continue
            order = np.random.permutation(load.rows)
            for start in range(0, load.rows, load.batch):
                chosen = order[start : start + load.batch]
                step(x[chosen], y[chosen])

    return epochs
