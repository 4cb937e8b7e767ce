/* Targets as text, for samples with soft labels or several labels: one line per sample, with one
 * number per class, 0 .. 1, separated by single spaces.
 *
 *   0.7 0.3 0
 *   0 0 1
 *
 * Soft labels sum to 1, up to rounding to a few digits. In a multi-label dataset each number is 1
 * or 0, independently of the others. */
#pragma once

#include "data/dataset.h"

/* Reads the targets of a split, whose count, classes and multi_label are set, and its
 * labels. */
ERROR_CHECKED int targets_read(struct dataset *d, int split, const char *path, struct error *e);

ERROR_CHECKED int targets_write(const struct dataset *d, int split, const char *path,
                                struct error *e);
