/* Makes a picture from elsewhere fit a model: its size, its channels, and whether it is dark on
 * light or light on dark. */
#pragma once

#include "picture/picture.h"

/* Turns *p into width x height with 1 or 3 channels. Keeps the proportions, each new pixel being
 * the mean over its area, and centres the picture on the mean colour of its border. Converts colour
 * to grey by the luma weights of ITU-R BT.601. On failure, for lack of memory, *p is unchanged. */
ERROR_CHECKED int preprocess_resize(struct picture *p, int width, int height, int channels,
                                    struct error *e);

/* Swaps dark and light. */
void preprocess_invert(struct picture *p);

/* The mean of all values, 0 .. 1. */
double preprocess_mean(const struct picture *p);
