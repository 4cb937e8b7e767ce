/* Making a foreign picture fit a model: size, channels, and which of ink and paper is dark. */
#pragma once

#include "data/picture.h"

/* Turns *p into width x height with 1 or 3 channels: scaled by the mean over each new pixel's area,
 * with its proportions kept, centred on a background of its border's mean colour; colour to grey
 * by the luma weights of ITU-R BT.601. -1 when memory is out, *p is then unchanged. */
ERROR_CHECKED int preprocess_resize(struct picture *p, int width, int height, int channels,
                                    struct error *e);

/* Turns dark to light and light to dark. */
void preprocess_invert(struct picture *p);

/* The mean of all values, 0 .. 1. */
double preprocess_mean(const struct picture *p);
