/* Adapts a picture to a model: its size, its channels, and whether it is dark on light or light on
 * dark. */
#pragma once

#include "picture/picture.h"

/* Turns *p into width x height with 1 or 3 channels. Keeps the aspect ratio: each new pixel is the
 * mean over its area, and the picture is centred on a background of the mean colour of its border.
 * Colour becomes grey by picture_grey. All arithmetic is in integers. A picture that has this size
 * and these channels is not touched. Fails if out of memory; then *p is unchanged. */
ERROR_CHECKED int preprocess_resize(struct picture *p, int width, int height, int channels,
                                    struct error *e);

/* Swaps dark and light. */
void preprocess_invert(struct picture *p);

/* The mean of all values, 0 .. 1. */
double preprocess_mean(const struct picture *p);
