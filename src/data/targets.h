/* Targets as text, for samples of which more is known than one label: one line per sample with one
 * number per class, 0 .. 1, separated by single spaces.
 *
 *   0.7 0.3 0
 *   0 0 1
 *
 * Soft labels sum to 1, but for rounding to a few digits. In a multi-label dataset each number is 1
 * or 0, independently of the others. */
#pragma once

#include "data/dataset.h"

/* Reads the targets of a split, whose count, classes and multi_label are set, and its labels: for
 * each sample the class with the largest target, the first of equals. */
ERROR_CHECKED int targets_read(struct dataset *d, int split, const char *path, struct error *e);

ERROR_CHECKED int targets_write(const struct dataset *d, int split, const char *path,
                                struct error *e);
