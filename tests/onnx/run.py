#!/usr/bin/python3
"""Runs an ONNX file that onehot exported, and compares its logits with onehot's.

    tests/onnx/run.py MODEL.onnx PIXELS LOGITS

PIXELS contains images, one byte per value, or table rows, as floats; LOGITS contains onehot's logits
for each as floats, followed by the predicted class as an int (tests/test_export.c writes both). The
file must pass onnx's checker, with shape inference. Then every available evaluator runs it:

    float64             the graph's few operators in NumPy, in double: nearly exact
    onnx.reference      onnx's own evaluator, from version 1.13 on
    onnxruntime         Microsoft's runtime for Python, or for node (found by NODE_PATH)

Each result must be within TOLERANCE times the largest logit of the file. Runtimes add in a
different order and use a different exp. This changes a logit by a few units in the last place of
its terms, where a unit is 2^-24. A wrong weight, scale or operator changes it by far more.

Needs Debian's python3-onnx. Exit status: 0 if all agree; 1 if not; 77 if onnx is not installed."""

import importlib.util
import json
import os
import subprocess
import sys

TOLERANCE = 64 * 2.0**-24

if not importlib.util.find_spec("onnx"):
    print("tests/onnx/run.py: python3-onnx is not installed")
    sys.exit(77)

import numpy as np
import onnx
import onnx.numpy_helper


def float64(model, path, x):
    """Evaluates the operators that onehot writes, as the standard defines them."""
    values = {t.name: onnx.numpy_helper.to_array(t).astype(np.float64)
              for t in model.graph.initializer}
    values[model.graph.input[0].name] = x.astype(np.float64)
    for node in model.graph.node:
        a = [values[name] for name in node.input]
        values[node.output[0]] = {
            "Gemm": lambda: a[0] @ a[1] + a[2],
            "MatMul": lambda: a[0] @ a[1],
            "LeakyRelu": lambda: np.where(a[0] > 0, a[0], node.attribute[0].f * a[0]),
            "Relu": lambda: np.maximum(a[0], 0),
            "Sigmoid": lambda: 1 / (1 + np.exp(-a[0])),
            "Tanh": lambda: np.tanh(a[0]),
            "Identity": lambda: a[0],
            "Add": lambda: a[0] + a[1],
            "Sub": lambda: a[0] - a[1],
            "Div": lambda: a[0] / a[1],
        }[node.op_type]()
    return values["logits"]


def reference(model, path, x):
    import onnx.reference
    return onnx.reference.ReferenceEvaluator(model).run(None, {model.graph.input[0].name: x})[0]


def runtime(model, path, x):
    import onnxruntime
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {model.graph.input[0].name: x})[0]


def node(model, path, x):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.js")
    done = subprocess.run(["node", script, path, model.graph.input[0].name, str(x.shape[1])], input=x.tobytes(),
                          stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(len(x), -1)


def has_node():
    try:
        return subprocess.run(["node", "-e", "require('onnxruntime-node')"],
                              stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


def has(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def main():
    path, pixels, logits = sys.argv[1:]
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    properties = {p.key: p.value for p in model.metadata_props}
    outputs = model.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    if "onehot.picture" in properties:
        height, width, channels = json.loads(properties["onehot.picture"])
        x = np.fromfile(pixels, np.uint8).reshape(-1, height * width * channels)
        x = x.astype(np.float32) / np.float32(255)
    else:
        x = np.fromfile(pixels, np.float32).reshape(
            -1, len(json.loads(properties["onehot.features"])))
    row = np.dtype([("logits", np.float32, (outputs,)), ("answer", np.int32)])
    ours = np.fromfile(logits, row)
    evaluators = {"float64": (float64, True),
                  "onnx.reference": (reference, has("onnx.reference")),
                  "onnxruntime": (runtime, has("onnxruntime")),
                  "onnxruntime-node": (node, has_node())}
    agree = True
    for name, (evaluate, present) in evaluators.items():
        if not present:
            print(f"{name:18} is not installed")
            continue
        theirs = evaluate(model, path, x)
        largest = np.abs(theirs).max()
        distance = np.abs(theirs - ours["logits"]).max()
        ok = theirs.shape == ours["logits"].shape and distance <= TOLERANCE * largest
        answers = theirs.argmax(axis=1) if outputs > 1 else theirs[:, 0] > 0
        others = np.count_nonzero(answers != ours["answer"])
        print(f"{name:18} {len(x)} inputs, largest logit {largest:.4f}, largest difference "
              f"{distance:.2g} = {distance / largest / 2.0**-24:.1f} units, {others} classes differ: "
              f"{'ok' if ok else 'NOT EQUAL'}")
        agree = agree and ok
    sys.exit(0 if agree else 1)


main()
