#!/bin/sh
# Usage: tests/wheel.sh [WHEEL]
#
# Installs the wheel (by default that of make wheel) into a fresh virtual environment, and uses it in
# an empty folder with a copy of MNIST: it must load its own libraries, have the licence of each, and
# train the model of configs/mnist.json. $PYTHON (python3) needs venv and pip, but no network. Exit
# status: 0 if all is well, 1 if not, 77 if there is no such Python.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python=${PYTHON:-python3}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
	echo "not tested: the wheel, which needs $python with venv and pip"
	exit 77
fi
wheel=$(realpath "${1:-$("${MAKE:-make}" --no-print-directory -C "$root" wheel | tail -1)}")
hash=$(sed -n 's/.*"configs\/mnist.json": *"\([0-9a-f]*\)".*/\1/p' "$root/tests/golden.json")
work=$(mktemp -d "${TMPDIR:-/tmp}/onehot-wheel-XXXXXX")
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-index --disable-pip-version-check "$wheel"
"$work/venv/bin/pip" check --disable-pip-version-check >/dev/null
mkdir "$work/here"
cp -r "$root/data/mnist" "$work/here/digits"
cd "$work/here"
env -i HASH="$hash" VENV="$work/venv" "$work/venv/bin/python" - <<'EOF'
import importlib.metadata
import os

import onehot

with open("/proc/self/maps") as maps:
    loaded = {line.split()[5] for line in maps if "/" in line}
for name in ("libonehot", "libpng16", "libjpeg", "libcjson", "libnettle"):  # Python may have libz
    paths = [path for path in loaded if os.path.basename(path).startswith(name + ".so")]
    assert paths and all(p.startswith(os.environ["VENV"]) for p in paths), (name, paths)
info = importlib.metadata.metadata("onehot")
files = {path.name: path for path in importlib.metadata.files("onehot")}
for name in {os.path.basename(path) for path in loaded if path.startswith(os.environ["VENV"])}:
    licence = "LICENSE" if name == "libonehot.so.0" else "LICENSE." + name
    assert licence in info.get_all("License-File"), licence
    assert files[licence].read_text(), licence

digits = onehot.Dataset("digits")
classifier = onehot.Classifier(data__validation=5000).fit(digits)
assert classifier.sha256_ == os.environ["HASH"], classifier.sha256_
classifier.save("model.safetensors")
loaded = onehot.Classifier.load("model.safetensors")
X, y = digits.test
assert loaded.score(X, y) == 0.9808, loaded.score(X, y)
print("the wheel trains configs/mnist.json:", classifier.sha256_)
EOF
