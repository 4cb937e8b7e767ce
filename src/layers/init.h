/* Initial values of weights, by name. Each scheme chooses a variance v that keeps signals from
 * vanishing or exploding on their way through the layers; init.c derives v. */
#pragma once

#include "tensor/tensor.h"

enum init {
    INIT_TORCH,           /* torch.nn.Linear's default: weights and bias in +-1/sqrt(in) */
    INIT_KAIMING_UNIFORM, /* variance 2/in, for ReLU: He et al. 2015 */
    INIT_KAIMING_NORMAL,
    INIT_XAVIER_UNIFORM, /* variance 2/(in + out), for tanh and sigmoid: Glorot, Bengio 2010 */
    INIT_XAVIER_NORMAL,
    INIT_ZEROS, /* fine for softmax regression; the units of a hidden layer would stay identical */
};
extern const char *const init_names[]; /* in the order of the enum, ending with NULL */

/* Fills w (in x out) from this random stream. */
void init_weight(enum init scheme, struct tensor w, uint64_t seed, uint32_t stream);

/* Fills b (1 x out) of a layer with `in` inputs: zeros, or random numbers for INIT_TORCH. */
void init_bias(enum init scheme, struct tensor b, int in, uint64_t seed, uint32_t stream);
