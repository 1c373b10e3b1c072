"""PyTorch, one thread, eager, its fastest Adam for the CPU (fused)."""

import torch

from loads import Load, data


def trainer(load: Load):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    features, labels = data(load)
    x = torch.tensor(features, dtype=torch.float32)
    y = torch.tensor(labels)
    layers = []
    for l, (inputs, units) in enumerate(zip(load.sizes, load.sizes[1:])):
        layers.append(torch.nn.Linear(inputs, units))
        if l < len(load.sizes) - 2:
            layers.append(torch.nn.ReLU())
            if load.dropout > 0:
                layers.append(torch.nn.Dropout(load.dropout))
    network = torch.nn.Sequential(*layers)
    lossOf = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=load.learning_rate, eps=1e-7, fused=True)
    steps = 0

    def step(xs, ys):
        nonlocal steps
        optimizer.zero_grad()
        outputs = network(xs)
        loss = lossOf(outputs, ys)
        accuracy = (outputs.argmax(1) == ys).float().mean()
        total = loss
        if load.l2 > 0:
            total = loss + load.l2 * (network[0].weight.square().sum() + network[0].bias.square().sum())
        total.backward()
        if load.decay > 0:
            optimizer.param_groups[0]["lr"] = load.learning_rate / (1 + load.decay * steps)
        optimizer.step()
        steps += 1
        return loss, accuracy

    def epochs(count):
        for _ in range(count):
            if load.batch is None:
                step(x, y)
                continue
            order = torch.randperm(load.rows)
            for start in range(0, load.rows, load.batch):
                chosen = order[start : start + load.batch]
                step(x[chosen], y[chosen])

    return epochs
