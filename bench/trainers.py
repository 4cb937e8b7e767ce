#!/usr/bin/python3
"""Trains the workloads of make bench in PyTorch and scikit-learn, for bench/peers.

    bench/trainers.py pytorch|sklearn NAME THREADS SECONDS FOLDER

trains bench/NAME.json on x.npy and y.npy in FOLDER and prints one line of JSON: the samples per
second of each variant, the mean loss of steps 181 to 200, the version. The model, the batches and
the steps are onehot's; the initial weights are drawn as in PyTorch."""

import json
import os
import statistics
import sys
import time

FIRST, LAST = 181, 200  # steps whose mean loss is compared
CALL = 16384  # samples per call of partial_fit


class Workload:
    """bench/NAME.json, in numbers."""

    def __init__(self, name):
        with open("bench/%s.json" % name) as f:
            config = json.load(f)
        self.name, self.data, self.inputs = name, config["data"]["path"], 512
        self.random = not os.path.isdir(self.data)  # as in bench/workload.c
        if not self.random:
            with open(os.path.join(self.data, "dataset.json")) as f:
                info = json.load(f)
            self.inputs = info["height"] * info["width"] * info["channels"]
        self.units = [layer["units"] for layer in config["model"] if layer["type"] == "linear"]
        self.rate = config["optimizer"]["learning_rate"]
        self.batch = config["train"]["batch_size"]


def timed(step, seconds):
    """Samples per second of step(), which returns its samples; a tenth of the time warms up."""
    for limit in seconds / 10, seconds:
        samples, start = 0, time.perf_counter()
        while time.perf_counter() - start < limit:
            samples += step()
    return samples / (time.perf_counter() - start)


def pytorch_steps(w, x, y, lean):
    """Trains endlessly; yields the loss of each step and its number of samples."""
    import torch
    from torch.nn import functional
    torch.manual_seed(0)
    layers, inputs = [], w.inputs
    for i, units in enumerate(w.units):
        layers += [torch.nn.ReLU()] * (i > 0) + [torch.nn.Linear(inputs, units)]
        inputs = units
    model = torch.nn.Sequential(*layers)
    sgd = torch.optim.SGD(model.parameters(), lr=w.rate)
    weights = list(model.parameters())
    while True:
        for batch in torch.randperm(len(x)).split(w.batch):
            h, labels = x.index_select(0, batch), y.index_select(0, batch)
            if h.dtype == torch.uint8:
                h = h.float().mul_(1 / 255)
            if lean:
                for i in range(0, len(weights), 2):
                    h = functional.linear(functional.relu(h) if i else h, *weights[i:i + 2])
                loss = functional.cross_entropy(h, labels)
                gradients = torch.autograd.grad(loss, weights)
                with torch.no_grad():
                    torch._foreach_add_(weights, gradients, alpha=-w.rate)
            else:
                loss = functional.cross_entropy(model(h), labels)
                sgd.zero_grad(set_to_none=True)
                loss.backward()
                sgd.step()
            yield loss, len(batch)


def pytorch(w, threads, seconds, x, y):
    import torch
    torch.set_num_threads(threads)
    y, rates = torch.from_numpy(y), {}
    pixels = {"bytes": torch.from_numpy(x), "floats": torch.from_numpy(x).float().div_(255)}
    for style in "lean", "tutorial":
        for kind, values in pixels.items():
            steps = pytorch_steps(w, values, y, style == "lean")
            rates["%s, %s" % (style, kind)] = timed(lambda: next(steps)[1], seconds / 4)
    steps = pytorch_steps(w, values, y, False)
    losses = [next(steps)[0].item() for _ in range(LAST)]
    return rates, statistics.mean(losses[FIRST - 1:]), torch.__version__


def sklearn(w, threads, seconds, x, y):
    import numpy
    from sklearn import __version__
    from sklearn.neural_network import MLPClassifier
    random = numpy.random.default_rng(0)
    order = random.permutation(len(x))
    x, y = x[order].astype(numpy.float32) / numpy.float32(255), y[order]
    model = MLPClassifier(w.units[:-1], solver="sgd", alpha=0, batch_size=w.batch, momentum=0,
                          nesterovs_momentum=False, learning_rate_init=w.rate, random_state=0)
    end = 0

    def fit(steps):
        """Makes one call, which shuffles the next samples and takes this many steps."""
        nonlocal end
        first = end if end + steps * w.batch <= len(x) else 0
        end = first + steps * w.batch
        model.partial_fit(x[first:end], y[first:end], range(w.units[-1]))
        return end - first

    fit(1)  # creates the weights, which are larger than PyTorch's
    for weights, biases in zip(model.coefs_, model.intercepts_):
        bound = len(weights) ** -0.5
        for values in weights, biases:
            values[:] = random.uniform(-bound, bound, values.shape)
    steps = LAST - FIRST + 1
    for _ in range(LAST // steps):
        fit(steps)
    loss = model.loss_  # the mean over the last call
    rate = timed(lambda: fit(CALL // w.batch), seconds)
    return {"partial_fit": rate}, loss, __version__


def reference_blas():
    """Whether the BLAS is the slow reference implementation, Debian's default."""
    with open("/proc/self/maps") as f:
        return any("/libblas." in line and "openblas" not in line for line in f)


def main(peer, name, threads, seconds, folder):
    import numpy
    x, y = (numpy.load(os.path.join(folder, file)) for file in ("x.npy", "y.npy"))
    train = {"pytorch": pytorch, "sklearn": sklearn}[peer]
    rates, loss, version = train(Workload(name), int(threads), float(seconds), x, y)
    print(json.dumps({"rates": rates, "loss": loss, "version": version,
                      "reference_blas": reference_blas()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
