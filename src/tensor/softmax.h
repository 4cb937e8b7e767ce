/* Softmax with a temperature T, p_j = e^(z_j/T) / sum_k e^(z_k/T), and its logarithm, for each row
 * of a matrix: a distribution over the K columns, in which larger logits z get larger
 * probabilities. For the step from logits to a classifier's loss, see
 * losses/softmax_cross_entropy.c.
 *
 * T > 0 and finite. Below 1 it sharpens the distribution: towards T = 0, the largest logit gets
 * everything (argmax); if several are largest, they get equal parts. Above 1 it flattens: towards
 * infinity, all logits above -infinity get the same probability. These limits are reached exactly.
 *
 * A logit of -infinity masks its class: p is exactly 0, and log p is -infinity. The softmax of a
 * row that contains NaN or +infinity, or only -infinity, is undefined: its p and log p are all NaN.
 * Functions that meet such a row return -1 and compute the other rows. */
#pragma once

#include "tensor/tensor.h"

/* u (N x K) = (z_j - m) / T, where m is the row's largest logit. u may be z. */
void softmax_shift(struct tensor z, double temperature, struct tensor u);

/* e (N x K) = e^u, and the sum of each row of e, in order, into sums (N). e may be z. */
int softmax_exp(struct tensor z, double temperature, struct tensor e, real *sums);

/* p (N x K). p may be z. */
int softmax_rows(struct tensor z, double temperature, struct tensor p);

/* y (N x K) = log p, which is finite even if p is 0. y must not be z. */
int softmax_log_rows(struct tensor z, double temperature, struct tensor y);

/* From dp (N x K), the gradient of a loss with respect to the p of softmax_rows: dz (N x K), the
 * gradient with respect to z. dz may be dp. */
void softmax_gradient(struct tensor p, struct tensor dp, double temperature, struct tensor dz);
