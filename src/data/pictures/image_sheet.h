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

/* ---- compose.c: makes a multi-label dataset from a single-label one ---- */

/* Each sample is an image of the source's size. Its quarters show zero to four of the source's
 * images from the same split, at half their size; its targets are the classes that it shows. The
 * seed decides how many, which and where. Makes counts[split] samples per split; a larger count
 * begins with the samples of a smaller one. Returns NULL with an error if the source is a table, is
 * multi-label, has an odd width or height, or lacks samples for a split. `path` is for errors. */
ERROR_CHECKED struct dataset *compose_new(const struct dataset *source, const int counts[2],
                                          uint64_t seed, const char *path, struct error *e);

/* ---- targets.c: the text files ---- */

/* Reads the targets of a split, whose count is set, and the labels that follow from them. If
 * `class` is not NULL, the file has labels instead, and class[i] is the dataset's class for its
 * class i. */
ERROR_CHECKED int targets_read(struct dataset *d, int split, const int *class, int classes,
                               const char *path, struct error *e);

/* Writes the targets, or the labels if there are none. */
ERROR_CHECKED int targets_write(const struct dataset *d, int split, const char *path,
                                struct error *e);
