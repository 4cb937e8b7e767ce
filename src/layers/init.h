/* Initial values of weights, by name.
 *
 * A sum of `in` products of variance-v weights with unit-variance inputs has variance in * v: each
 * scheme chooses v so that signals neither die nor explode on their way through the layers. */
#ifndef ONEHOT_LAYERS_INIT_H
#define ONEHOT_LAYERS_INIT_H

#include "tensor/tensor.h"

#include <stdint.h>

enum init {
    INIT_TORCH,           /* torch.nn.Linear's default: weights and bias in +-1/sqrt(in) */
    INIT_KAIMING_UNIFORM, /* variance 2/in, for ReLU: He et al. 2015 */
    INIT_KAIMING_NORMAL,
    INIT_XAVIER_UNIFORM, /* variance 2/(in + out), for tanh and sigmoid: Glorot, Bengio 2010 */
    INIT_XAVIER_NORMAL,
    INIT_ZEROS, /* fine for softmax regression; a hidden layer never breaks its symmetry */
};
extern const char *const init_names[]; /* in the enum's order, closed by NULL */

/* w (in x out), from the numbered stream. */
void init_weight(enum init scheme, struct tensor w, uint64_t seed, uint32_t stream);

/* b (1 x out) of a layer with `in` inputs: zeros, but for INIT_TORCH. */
void init_bias(enum init scheme, struct tensor b, int in, uint64_t seed, uint32_t stream);

#endif
