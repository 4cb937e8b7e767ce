/* From 8-bit pixels to the numbers that a model sees:
 *
 *   x = (pixel / 255 - mean) / deviation
 *
 * "unit" has mean 0 and deviation 1, so x is in 0 .. 1, and black is 0, which costs the first layer
 * nothing (tensor/gemm.h). "standardize" takes mean and deviation from the training pixels, so that
 * x has mean 0 and deviation 1, as many like it; then black is not 0. */
#ifndef ONEHOT_DATA_SCALING_H
#define ONEHOT_DATA_SCALING_H

#include "tensor/tensor.h"

#include <stdbool.h>
#include <stdint.h>

struct subset;

struct scaling {
    double mean, deviation;
    real value[256]; /* of each pixel, rounded once */
};

void scaling_set(struct scaling *s, double mean, double deviation);

/* The mean and deviation of all pixels of these samples, of all channels alike: of whole-number
 * counts, so the same in any order. Where all pixels are equal, the deviation is taken to be 1. */
void scaling_measure(struct scaling *s, const struct subset *samples, int features);

bool scaling_is_unit(const struct scaling *s);

#endif
