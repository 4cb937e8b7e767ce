/* From what a dataset holds to the numbers that a model sees. Of 8-bit pixels:
 *
 *   x = (pixel / 255 - mean) / deviation
 *
 * "unit" has mean 0 and deviation 1, so x is in 0 .. 1, and black is 0, which costs the first layer
 * nothing (tensor/gemm.h). "standardize" takes mean and deviation from the training pixels, so that
 * x has mean 0 and deviation 1, as many like it; then black is not 0.
 *
 * Of a table, "unit" takes the values as they are. "standardize" takes mean and deviation of each
 * column by itself, since columns may have units as different as grams and years:
 *
 *   x = (value - mean of its column) / deviation of its column */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "tensor/tensor.h"

#include <stdbool.h>
#include <stdint.h>

struct sample_set;

struct scaling {
    double mean, stddev;           /* of pixels */
    real value[256];               /* of each pixel, rounded once */
    const double *means, *stddevs; /* of each column; NULL: values as they are */
};

/* For pixels; values stay as they are. */
void scaling_set(struct scaling *s, double mean, double stddev);

/* The mean and deviation of all pixels of these samples, of all channels alike: of whole-number
 * counts, so the same in any order. Of a table, those of each column, from sums in the samples'
 * order, into the arena. Where all pixels, or values of a column, are equal, the deviation is taken
 * to be 1. */
ERROR_CHECKED int scaling_measure(struct scaling *s, const struct sample_set *samples, int features,
                                  struct arena *a, struct error *e);

/* Whether pixels are only divided by 255, and values taken as they are. */
bool scaling_is_unit(const struct scaling *s);
