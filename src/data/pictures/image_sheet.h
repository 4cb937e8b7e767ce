/* PNG sheets: all samples of a split as tiles of a few large images, row by row, left to right; the
 * last sheet may end early. dataset.json describes them:
 *
 *   {"height": 28, "width": 28, "channels": 1, "classes": ["0", ...],
 *    "train": {"samples": 60000, "sheets": ["train-00.png", ...], "labels": "train-labels.txt"},
 *    "test": {...}, "validation": {...}}
 *
 * "labels" is a text file with one line per sample: the label, as an index into the classes.
 * "targets" instead of it has one number per class in each line, from 0 to 1, with single spaces
 * between them. Soft labels sum to 1, up to rounding to a few digits. In a multi-label dataset,
 * each number is 0 or 1, independently of the others. */
#pragma once

#include "data/dataset.h"

/* Writes the dataset into a new or empty directory, dataset.json last. Fails for a table. After a
 * failure nothing is left behind. */
ERROR_CHECKED int image_sheet_write(const struct dataset *d, const char *path, struct error *e);

/* ---- targets.c: the text files ---- */

/* Reads the labels of a split, whose count is set, from its targets; or, if `class` is not NULL,
 * from a file of labels, where it has the dataset's class for each class of the file. */
ERROR_CHECKED int targets_read(struct dataset *d, int split, const int *class, int classes,
                               const char *path, struct error *e);

/* Writes the targets, or the labels if there are none. */
ERROR_CHECKED int targets_write(const struct dataset *d, int split, const char *path,
                                struct error *e);
