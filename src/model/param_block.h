/* A parameter block: some whole rows of one parameter, the unit in which gradients and updates are
 * computed. */
#pragma once

#include "layers/layer.h"

struct param_block {
    int layer, param, row, rows;
    size_t start, count; /* the same elements, in theta and grad */
};

/* Cuts the parameters of these layers into blocks, in the order of theta. Returns their number;
 * `blocks` may be NULL, just to count them. */
int param_block_cut(const struct layer *layers, int nlayers, struct param_block *blocks);
