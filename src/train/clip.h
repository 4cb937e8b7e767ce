/* Gradient clipping by the global norm: a gradient that is longer than a bound keeps its direction
 * and takes the bound's length, so that one odd batch cannot throw the parameters far away. As in
 * torch.nn.utils.clip_grad_norm_.
 *
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural
 * networks" (section 3.2). */
#ifndef ONEHOT_TRAIN_CLIP_H
#define ONEHOT_TRAIN_CLIP_H

#include "model/model.h"

/* The length of the whole of grad: the root of the sum of its squares, in double. */
double clip_norm(const struct model *m);

/* What to multiply grad by, at most 1: bound / (clip_norm + 1e-6). */
double clip_coefficient(const struct model *m, double bound);

/* Multiplies a block of grad by a share. */
void clip_scale(struct model *m, const struct param_block *block, double share);

#endif
