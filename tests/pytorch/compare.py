#!/usr/bin/python3
"""Trains the same models with onehot and with PyTorch, and compares every loss and the weights.

    tests/pytorch/compare.py [--onehot ./onehot] [--data data/mnist] [--steps 200]

Needs PyTorch, NumPy and Pillow (Debian: python3-torch, python3-pil). Uses only onehot's public
formats: configs, IDX files, metrics.csv, model.safetensors. All files are temporary. Takes one to
two minutes; exits with 1 if the two disagree.

Both programs start from the file that onehot writes with train.epochs 0, and use the samples in
file order in batches of 32. They are compared in two ways:

    every step  the loss of each step of one epoch, and the weights after the last. onehot reports
                the mean loss of an epoch, so it trains on the first batch, the first two, the first
                three, ...: the sum of run k's losses minus that of run k-1 is the loss of step k.
                metrics.csv has doubles with all their digits, so the difference is exact to 1e-13.
    every epoch the mean loss of each epoch, and the weights after the last. An epoch has 20 steps,
                the last of only 18 samples.

Two float32 programs that add in different orders agree neither bit for bit nor to a fixed number of
digits: the rounding errors of each step persist in the weights and, in some models, grow. So
PyTorch in float64 serves as the truth (it rounds 5e8 times finer), and PyTorch in float32 shows
how far rounding alone moves the result. onehot passes if its own distance from the truth is at
most FACTOR times that of PyTorch's float32, plus FLOOR times the largest value:

    FACTOR  If the programs are equally accurate, both distances are maxima of many random errors of
            the same size. 4 leaves room for chance, and for the order of summation: the error of a
            chain of n additions grows like sqrt(n), that of m partial sums like sqrt(n / m).
    FLOOR   Half a unit in the last place of a float32, in case PyTorch is exact by chance.

That is strict: a relative change of 1e-5 in the learning rate, or one sample in another batch,
fails."""

import argparse
import csv
import json
import os
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch

from sheets import read_sheets

FACTOR, FLOOR = 4, 2.0**-24
BATCH, EPOCH_STEPS, EPOCH_SAMPLES = 32, 20, 19 * 32 + 18

# A relu can turn rounding into a jump: one unit pushed across 0 for one sample moves the weights by
# 1e-5. That does not happen here, on any machine, since onehot's bits are the same on all; with
# another seed, rate or number of steps, it may cause a failure of this case alone and of that size.
CASES = {  # name: hidden layer, bound of the gradient's norm (0: none), optimizer, its options
    "softmax": ([], 0, "sgd", {"learning_rate": 0.1}),
    "relu": ([100, "relu"], 0, "sgd", {"learning_rate": 0.1, "momentum": 0.9}),
    "sigmoid": ([100, "sigmoid"], 0, "sgd",
                {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "tanh": ([100, "tanh"], 0, "sgd",
             {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.001}),
    "clip": ([100, "tanh"], 1, "sgd", {"learning_rate": 0.1, "momentum": 0.9}),
    "adamw": ([100, "tanh"], 1, "adamw", {"learning_rate": 0.001, "weight_decay": 0.1}),
}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}
FUNCTIONS = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}


def write_idx(path, values):
    with open(path, "wb") as f:
        f.write(struct.pack(">HBB%dI" % values.ndim, 0, 8, values.ndim, *values.shape))
        f.write(values.tobytes())


def read_safetensors(path):
    """The state_dict in this file: 8 bytes of length, a JSON header, the tensors' bytes."""
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    header.pop("__metadata__", None)
    return {name: torch.tensor(np.frombuffer(data[slice(*t["data_offsets"])], "<f4"))
            .reshape(t["shape"]) for name, t in header.items()}


def onehot(program, directory, config, x, y, epochs):
    """Trains; returns the mean loss of each epoch and the path of the model."""
    write_idx(os.path.join(directory, "train-images-idx3-ubyte"), x)
    write_idx(os.path.join(directory, "train-labels-idx1-ubyte"), y)
    output = tempfile.mkdtemp(dir=directory)
    path = os.path.join(output, "compare.json")
    train = {**config["train"], "epochs": epochs, "batch_size": BATCH, "shuffle": False}
    with open(path, "w") as f:
        json.dump({**config, "data": {"path": directory}, "train": train, "output": output}, f)
    subprocess.run([program, "train", path, "--quiet"], check=True)
    with open(os.path.join(output, "metrics.csv")) as f:
        means = [float(row["train_loss"]) for row in csv.DictReader(f)]
    return np.array(means), os.path.join(output, "model.safetensors")


def pytorch(config, start, x, y, epochs, dtype):
    """Trains in `dtype`; returns the losses per step and per epoch, and the state_dict."""
    layers, inputs = [], x[0].size
    for layer in config["model"]:
        if layer["type"] == "linear":
            layers.append(torch.nn.Linear(inputs, layer["units"]))
            inputs = layer["units"]
        else:
            layers.append(FUNCTIONS[layer["type"]]())
    model = torch.nn.Sequential(*layers).to(dtype)
    model.load_state_dict(start)
    options = {("lr" if k == "learning_rate" else k): v for k, v in config["optimizer"].items()}
    optimizer = OPTIMIZERS[options.pop("type")](model.parameters(), **options)
    bound = config["train"]["clip_norm"]
    pixels = torch.tensor(x.reshape(len(x), -1).astype(np.float32) / np.float32(255)).to(dtype)
    labels = torch.tensor(y.astype(np.int64))
    losses, means = [], []
    for _ in range(epochs):
        total = 0
        for batch in torch.arange(len(x)).split(BATCH):
            loss = torch.nn.functional.cross_entropy(model(pixels[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            if bound:
                torch.nn.utils.clip_grad_norm_(model.parameters(), bound)
            optimizer.step()
            losses.append(loss.item())
            total += loss.item() * len(batch)
        means.append(total / len(x))
    return np.array(losses), np.array(means), model.state_dict()


def compare(what, *values):
    """Prints a table row for onehot's, torch32's and torch64's values; returns its verdict."""
    ours, torch32, torch64 = values
    largest, between = np.abs(torch64).max(), np.abs(ours - torch32).max()
    rounding, error = np.abs(torch32 - torch64).max(), np.abs(ours - torch64).max()
    good = error <= FACTOR * rounding + FLOOR * largest  # False for NaN as well
    print("  %-20s %7.4f    %8.1e  %8.1e  %8.1e   %8.1e  %s" % (
        what, largest, between, rounding, error, error / largest, "ok" if good else "FAIL"))
    return good


def compare_weights(*states):
    return compare("             weights", *(
        np.concatenate([s[name].double().numpy().ravel() for name in sorted(s)]) for s in states))


def compare_case(program, directory, name, x, y):
    hidden, bound, optimizer, options = CASES[name]
    model = [{"type": "linear", "units": int(y.max()) + 1}]
    if hidden:
        model = [{"type": "linear", "units": hidden[0]}, {"type": hidden[1]}] + model
    config = {"model": model, "optimizer": {"type": optimizer, **options},
              "train": {"clip_norm": bound}}
    print("%s: %s %s%s" % (name, optimizer, ", ".join("%s %s" % o for o in options.items()).lower(),
                           ", clip_norm %g" % bound if bound else ""))

    config["start_from"] = onehot(program, directory, config, x, y, 0)[1]
    start = read_safetensors(config["start_from"])
    sums = [0]
    for n in range(BATCH, len(x) + 1, BATCH):
        means, path = onehot(program, directory, config, x[:n], y[:n], 1)
        sums.append(means[0] * (n // BATCH))
    torch32, torch64 = (pytorch(config, start, x, y, 1, t) for t in (torch.float32, torch.float64))
    good = compare("every step:  losses", np.diff(sums), torch32[0], torch64[0])
    good &= compare_weights(read_safetensors(path), torch32[2], torch64[2])

    data = x[:EPOCH_SAMPLES], y[:EPOCH_SAMPLES], len(x) // BATCH // EPOCH_STEPS
    means, path = onehot(program, directory, config, *data)
    torch32, torch64 = (pytorch(config, start, *data, t) for t in (torch.float32, torch.float64))
    good &= compare("every epoch: losses", means, torch32[1], torch64[1])
    good &= compare_weights(read_safetensors(path), torch32[2], torch64[2])
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onehot", default="./onehot", help="the program (%(default)s)")
    parser.add_argument("--data", default="data/mnist", help="an image sheet dataset (%(default)s)")
    parser.add_argument("--steps", type=int, default=200, help="a multiple of 20 (%(default)s)")
    a = parser.parse_args()
    if a.steps < EPOCH_STEPS or a.steps % EPOCH_STEPS:
        parser.error("--steps must be a multiple of %d" % EPOCH_STEPS)
    torch.set_num_threads(1)
    x, y = read_sheets(a.data, a.steps * BATCH)
    print("%d steps in batches of %d, PyTorch %s" % (a.steps, BATCH, torch.__version__))
    print("                       largest        largest difference          onehot-64")
    print("                         value   onehot-32     32-64  onehot-64  of largest")
    good = True
    for name in CASES:
        with tempfile.TemporaryDirectory() as directory:
            good &= compare_case(os.path.abspath(a.onehot), directory, name, x, y)
    print("agree" if good else "DISAGREE")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
