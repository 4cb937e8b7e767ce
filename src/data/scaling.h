/* Scaling: from the pixels or values of a dataset to the numbers that a model sees.
 *
 *   x = (pixel / 255 - mean) / stddev
 *   x = (value - mean of its column) / stddev of its column       in a table
 *
 * "unit" has mean 0 and standard deviation 1: pixels become 0 .. 1, and black is 0, which costs the
 * first layer nothing (tensor/gemm.h); a table's values stay as they are. "standardize" uses the
 * mean and standard deviation of the training set: one pair for all pixels, but one per column for
 * a table, whose columns may have different units, such as grams and years. */
#pragma once

#include "data/dataset.h"

struct scaling {
    double mean, stddev;           /* of pixels */
    real value[256];               /* x for each pixel, rounded once */
    const double *means, *stddevs; /* per column; NULL: values stay as they are */
};

/* Sets the scaling of pixels; a table's values stay as they are. */
void scaling_set(struct scaling *s, double mean, double stddev);

/* Standardizes by the `count` samples of the split in `order`. Pixels are measured by integer
 * counts, so that the order does not matter, columns by sums in that order. The means and standard
 * deviations of columns are in the arena. If all pixels, or all values of a column, are equal, the
 * standard deviation becomes 1. */
ERROR_CHECKED int scaling_measure(struct scaling *s, const struct split *split, const int *order,
                                  int count, int features, struct arena *a, struct error *e);

/* Whether pixels are only divided by 255, and values stay as they are. */
bool scaling_is_unit(const struct scaling *s);
