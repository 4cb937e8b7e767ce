"""Reads a dataset of grey PNG image sheets (src/data/pictures/image_sheet.c) with Pillow, without onehot."""

import json
import os

import numpy as np
from PIL import Image


def read_sheets(path, count=None):
    """The first `count` training samples, or all: pixels (count x height x width), labels."""
    with open(os.path.join(path, "dataset.json")) as f:
        info = json.load(f)
    count = count or info["train"]["samples"]
    height, width, tiles = info["height"], info["width"], []
    for sheet in info["train"]["sheets"]:
        s = np.asarray(Image.open(os.path.join(path, sheet)))
        rows, cols = s.shape[0] // height, s.shape[1] // width
        s = s.reshape(rows, height, cols, width).swapaxes(1, 2)
        tiles.extend(s.reshape(rows * cols, height, width))
        if len(tiles) >= count:
            break
    labels = np.loadtxt(os.path.join(path, info["train"]["labels"]), np.uint8, max_rows=count)
    return np.stack(tiles[:count]), labels
