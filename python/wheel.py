#!/usr/bin/env python3
"""Makes a wheel of onehot.py and its library, for pip, on this platform.

    python/wheel.py LIBRARY DIRECTORY

The wheel contains onehot/__init__.py, which is onehot.py, the library, and the libraries that it
needs beyond those of the C library, with their licences where Debian's packages have them: the
library must look for them in its own folder (-rpath '$ORIGIN'). It needs no Python package, and
equal files give equal bytes. Prints the path of the wheel.
The format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/"""

import base64
import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What every Linux with glibc has, and must not bring along.
SYSTEM = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread))\.so\.\d+$")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def needed(library):
    """The paths of the shared libraries that it needs, by name."""
    run = subprocess.run(["ldd", library], capture_output=True, text=True, check=True)
    found = dict(re.findall(r"(\S+) => (/\S+) \(", run.stdout))
    return {name: path for name, path in found.items() if not SYSTEM.match(name)}


def licence(name, path):
    """The licence of a shared library, as its Debian package gives it; None without one."""
    for place in (path, os.path.realpath(path), "/usr" + path):  # /lib may be a link to /usr/lib
        try:
            run = subprocess.run(["dpkg-query", "--search", place], capture_output=True, text=True)
            return read(f"/usr/share/doc/{run.stdout.split(':')[0]}/copyright")
        except OSError:
            continue
    print(f"add the licence of {name} before you give the wheel to others", file=sys.stderr)
    return None


def main(library, directory):
    version = read(os.path.join(ROOT, "VERSION")).decode().strip()
    tag = "py3-none-" + re.sub(r"\W", "_", sysconfig.get_platform())
    info = f"onehot-{version}.dist-info"
    files = {"onehot/__init__.py": read(os.path.join(ROOT, "python/onehot.py"))}
    files["onehot/libonehot.so.0"] = read(library)
    licences = {"LICENSE": read(os.path.join(ROOT, "LICENSE"))}
    for name, path in sorted(needed(library).items()):
        files["onehot/" + name] = read(path)
        text = licence(name, path)
        if text:
            licences["LICENSE." + name] = text
    files.update({f"{info}/licenses/{name}": text for name, text in licences.items()})
    listed = "".join(f"License-File: {name}\n" for name in licences)
    files[info + "/METADATA"] = (
        f"Metadata-Version: 2.4\nName: onehot\nVersion: {version}\n"
        "Summary: Trains small classifiers whose models are the same, bit for bit, everywhere\n"
        "License-Expression: MIT\nRequires-Python: >=3.8\n"
        f"{listed}Provides-Extra: numpy\nRequires-Dist: numpy; extra == 'numpy'\n"
        "Description-Content-Type: text/markdown\n\n"
    ).encode() + read(os.path.join(ROOT, "docs/python.md"))
    files[info + "/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: onehot ({version})\nRoot-Is-Purelib: false\nTag: {tag}\n"
    ).encode()
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[info + "/RECORD"] = (record + f"{info}/RECORD,,\n").encode()

    wheel = os.path.join(directory, f"onehot-{version}-{tag}.whl")
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)  # with the time 1980-01-01
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    print(wheel)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python/wheel.py LIBRARY DIRECTORY")
    main(*sys.argv[1:])
