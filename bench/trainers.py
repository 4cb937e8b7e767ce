#!/usr/bin/python3
"""Trains the workloads of make bench in PyTorch, JAX and scikit-learn, for bench/peers.

    bench/trainers.py pytorch|jax|sklearn NAME THREADS SECONDS FOLDER LOSS

trains bench/NAME.json on x.npy and y.npy in FOLDER and prints one line of JSON: the samples per
second of each variant; the mean loss of steps 181 to 200, unless LOSS is 0; the version. The
model, the batches and the steps are onehot's; the initial weights are drawn as in PyTorch. The
environment limits the threads of JAX and of a BLAS (bench/peers sets it)."""

import itertools
import json
import os
import statistics
import sys
import time

FIRST, LAST = 181, 200  # steps whose mean loss is compared
CALL_SECONDS = 0.004  # of a lax.scan over steps
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
        self.distorted = "augment" in config["data"]


def timed(step, seconds):
    """The samples per second that one step() in ten exceeds, in which no other program interrupts
    it. It returns its samples. A tenth of the time warms up."""
    for limit in seconds / 10, seconds:
        rates, begin = [], time.perf_counter()
        now = begin
        while now - begin < limit:
            before, samples = now, step()
            now = time.perf_counter()
            rates.append(samples / (now - before))
    return sorted(rates)[len(rates) * 9 // 10]


def mean_loss(steps):
    """The mean loss of steps FIRST to LAST, of a generator of (loss, samples)."""
    return statistics.mean(loss.item() for loss, _ in itertools.islice(steps, FIRST - 1, LAST))


# ---- PyTorch ----


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


def pytorch_by_hand(w, x, y):
    """The same steps without autograd: the gradients are written out, into buffers that are
    allocated once, and addmm_ subtracts them from the weights."""
    import torch
    from torch.nn import functional
    torch.manual_seed(0)
    sizes = [w.inputs, *w.units]
    bounds = [n ** -0.5 for n in sizes]
    weights = [torch.empty(n, m).uniform_(-b, b) for n, m, b in zip(sizes, sizes[1:], bounds)]
    biases = [torch.empty(m).uniform_(-b, b) for m, b in zip(sizes[1:], bounds)]

    def buffers(n):
        return ([torch.empty(n, size) for size in sizes], [torch.empty(n, m) for m in w.units],
                torch.empty(n, w.inputs, dtype=x.dtype), torch.empty(n, dtype=y.dtype),
                torch.full((n, 1), -1.0))

    whole, rest = buffers(w.batch), buffers(len(x) % w.batch)
    while True:
        for batch in torch.randperm(len(x)).split(w.batch):
            act, delta, pixels, labels, minus = whole if len(batch) == w.batch else rest
            torch.index_select(x, 0, batch, out=pixels)
            torch.index_select(y, 0, batch, out=labels)
            if x.dtype == torch.uint8:
                torch.mul(pixels, 1 / 255, out=act[0])
            else:
                act[0] = pixels
            for i, (weight, bias) in enumerate(zip(weights, biases)):
                torch.addmm(bias, act[i], weight, out=act[i + 1])
                if i < len(weights) - 1:
                    act[i + 1].relu_()
            torch.log_softmax(act[-1], 1, out=delta[-1])
            loss = functional.nll_loss(delta[-1], labels)
            delta[-1].exp_().scatter_add_(1, labels.unsqueeze(1), minus)
            for i in reversed(range(len(weights))):
                if i > 0:
                    torch.mm(delta[i], weights[i].t(), out=delta[i - 1])
                    torch.ops.aten.threshold_backward.grad_input(delta[i - 1], act[i], 0,
                                                                 grad_input=delta[i - 1])
                weights[i].addmm_(act[i].t(), delta[i], alpha=-w.rate / len(batch))
                biases[i].add_(delta[i].sum(0), alpha=-w.rate / len(batch))
            yield loss, len(batch)


def pytorch(w, threads, seconds, x, y, want_loss):
    import torch
    torch.set_num_threads(threads)
    y, rates = torch.from_numpy(y), {}
    pixels = {"bytes": torch.from_numpy(x), "floats": torch.from_numpy(x).float().div_(255)}
    styles = {"tutorial": lambda values: pytorch_steps(w, values, y, False),
              "lean": lambda values: pytorch_steps(w, values, y, True),
              "by hand": lambda values: pytorch_by_hand(w, values, y)}
    losses = []
    for style, make in styles.items():
        for kind, values in pixels.items():
            steps = make(values)
            torch.set_grad_enabled(style != "by hand")
            rates["%s, %s" % (style, kind)] = timed(lambda: next(steps)[1],
                                                    seconds / len(styles) / len(pixels))
            if want_loss and kind == "bytes":
                losses.append(mean_loss(make(values)))
    return rates, farthest(losses) if losses else None, torch.__version__


def farthest(losses):
    """The loss that differs most from the median, so that bench/peers sees one that is wrong."""
    middle = statistics.median(losses)
    return max(losses, key=lambda loss: abs(loss - middle))


# ---- JAX ----


def jax_functions(w):
    """A step, and a scan over steps, compiled; both update the parameters in place (donated
    buffers)."""
    import jax
    from jax import lax, nn, numpy

    def loss(parameters, x, y):
        h = x.astype(numpy.float32) * (1 / 255) if x.dtype == numpy.uint8 else x
        for i, (weight, bias) in enumerate(parameters):
            h = (nn.relu(h) if i else h) @ weight + bias
        return -numpy.mean(numpy.take_along_axis(nn.log_softmax(h), y[:, None], 1))

    def step(parameters, x, y, batch):
        value, gradients = jax.value_and_grad(loss)(parameters, x[batch], y[batch])
        return jax.tree.map(lambda p, g: p - w.rate * g, parameters, gradients), value

    def scan(parameters, x, y, batches):
        return lax.scan(lambda p, batch: step(p, x, y, batch), parameters, batches)

    return jax.jit(step, donate_argnums=0), jax.jit(scan, donate_argnums=0)


def jax_steps(w, x, y, step, call):
    """Trains endlessly, in calls of `call` steps, or of one step if it is None; yields the last
    loss of each call and its number of samples."""
    import jax
    import numpy
    random = numpy.random.default_rng(0)
    sizes = [w.inputs, *w.units]
    parameters = [tuple(jax.numpy.asarray(random.uniform(-n ** -0.5, n ** -0.5, shape),
                                          jax.numpy.float32) for shape in ((n, m), m))
                  for n, m in zip(sizes, sizes[1:])]
    size = w.batch * (call or 1)
    for k in itertools.count():
        if k % (len(x) // size) == 0:
            order = random.permutation(len(x)).astype(numpy.int32)
        first = k % (len(x) // size) * size
        batch = order[first:first + size]
        parameters, loss = step(parameters, x, y, batch.reshape(call, w.batch) if call else batch)
        jax.block_until_ready(parameters)
        yield loss if call is None else loss[-1], size


def jax(w, threads, seconds, x, y, want_loss):
    import jax
    y, rates = jax.numpy.asarray(y, jax.numpy.int32), {}
    pixels = {"bytes": jax.numpy.asarray(x),
              "floats": jax.numpy.asarray(x, jax.numpy.float32) / 255}
    step, scan = jax_functions(w)
    for kind, values in pixels.items():
        steps = jax_steps(w, values, y, step, None)
        next(steps)  # compiles
        rate = rates["step, %s" % kind] = timed(lambda: next(steps)[1], seconds / 4)
        # A part of an epoch that takes some milliseconds: more would often be interrupted.
        call = max(1, int(rate * CALL_SECONDS) // w.batch)
        steps = jax_steps(w, values, y, scan, call)
        next(steps)
        rates["scan, %s" % kind] = timed(lambda: next(steps)[1], seconds / 4)
    loss = mean_loss(jax_steps(w, pixels["bytes"], y, step, None)) if want_loss else None
    return rates, loss, jax.__version__


# ---- scikit-learn ----


def sklearn(w, threads, seconds, x, y, want_loss):
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
        model.partial_fit(x[first:end], y[first:end], classes=range(w.units[-1]))
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


def main(peer, name, threads, seconds, folder, want_loss):
    import numpy
    x, y = (numpy.load(os.path.join(folder, file)) for file in ("x.npy", "y.npy"))
    train = {"pytorch": pytorch, "jax": jax, "sklearn": sklearn}[peer]
    rates, loss, version = train(Workload(name), int(threads), float(seconds), x, y,
                                 want_loss != "0")
    print(json.dumps({"rates": rates, "loss": loss, "version": version,
                      "reference_blas": reference_blas()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
