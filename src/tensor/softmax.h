/* softmax with a temperature T, p_j = e^(z_j/T) / sum_k e^(z_k/T), and its logarithm, for each row
 * of a matrix: a distribution over the K columns, of which the largest logits z get the most. For
 * the classifier's one step from logits to loss, see losses/softmax_cross_entropy.c.
 *
 * T > 0 and finite. Below 1 it sharpens: towards T = 0, all goes to the largest logit (argmax),
 * equal shares where several are the largest. Above 1 it flattens: towards infinity, all logits
 * above -infinity get the same share. At both ends this is what comes out, to the bit.
 *
 * A logit of -infinity masks its class: p is exactly 0, log p is -infinity. A row with NaN or
 * +infinity in it, or with nothing but -infinity, has no distribution: all of p and log p are NaN
 * there, and the functions that see it return -1, and compute the other rows. */
#ifndef ONEHOT_TENSOR_SOFTMAX_H
#define ONEHOT_TENSOR_SOFTMAX_H

#include "tensor/tensor.h"

/* u (N x K) = (z_j - m) / T for the row's largest logit m. u may be z. */
void softmax_shift(struct tensor z, double temperature, struct tensor u);

/* e (N x K) = e^u, and each row's sum of them, in order, into sums (N). e may be z. */
int softmax_exp(struct tensor z, double temperature, struct tensor e, real *sums);

/* p (N x K). p may be z. */
int softmax_rows(struct tensor z, double temperature, struct tensor p);

/* y (N x K) = log p, which is finite where p has become 0 long ago. y is not z. */
int softmax_log_rows(struct tensor z, double temperature, struct tensor y);

/* The gradient of a loss by z (N x K), from its gradient dp by p (N x K), for the p of
 * softmax_rows. dz may be dp. */
void softmax_gradient(struct tensor p, struct tensor dp, double temperature, struct tensor dz);

#endif
