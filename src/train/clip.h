/* Gradient clipping by the global norm: a gradient that is longer than a bound keeps its direction
 * and is scaled down to that length, so that one odd batch cannot throw the parameters far off. As
 * in torch.nn.utils.clip_grad_norm_.
 *
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural
 * networks" (section 3.2). */
#pragma once

#include "model/model.h"

/* The length of grad: the square root of the sum of its squares, in double. */
double clip_norm(const struct model *m);

/* The factor for grad, at most 1: bound / (clip_norm + 1e-6). */
double clip_coefficient(const struct model *m, double bound);

/* Multiplies n elements of grad by a coefficient, at most 1. */
void clip_scale(real *grad, size_t n, double coefficient);
