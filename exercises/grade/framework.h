/* The framework's own functions, from src/layers, src/losses and src/optim, as simple calls. They
 * compute the right answers. */
#pragma once

#include "layers/layer.h"
#include "losses/loss.h"

enum { FRAMEWORK_MAX = 40 * 140 }; /* elements of the largest tensor of a case */

const struct loss_type *framework_loss(void); /* softmax_cross_entropy */

/* Compute y = f(x), and dx from dy, for a layer without parameters. */
void framework_forward(const char *layer, struct tensor x, struct tensor y);
void framework_backward(const char *layer, struct tensor x, struct tensor y, struct tensor dy,
                        struct tensor dx);

/* Compute y (N x O) = x w + b, and its gradients dx, dw (I x O) and db (1 x O). A gradient whose
 * data is NULL is skipped. */
void framework_linear(struct tensor x, struct tensor w, struct tensor b, struct tensor y);
void framework_linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                               struct tensor dw, struct tensor db);

/* These compute, from logits z and one-hot targets y: p, the losses (N x 1), their sum divided by
 * `batch`, and dz for the mean over `batch` rows. */
void framework_softmax(struct tensor z, struct tensor p);
void framework_losses(struct tensor z, struct tensor y, struct tensor losses);
double framework_mean_loss(struct tensor z, struct tensor y, int batch);
void framework_p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz);

/* One step of sgd.c. v.data may be NULL if the momentum is 0. */
void framework_sgd(real rate, real momentum, struct tensor grad, struct tensor v,
                   struct tensor theta);

/* The gradients dw (I x O) and db (1 x O) of the mean loss of softmax regression on x w + b. */
void framework_batch(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                     struct tensor dw, struct tensor db);

/* The sum of y[i] * weights[i]: a scalar whose gradient with respect to y is `weights`. */
double framework_weighted_sum(struct tensor y, struct tensor weights);

/* Makes y one-hot: the label of row n is (n + k) modulo the number of columns. */
void framework_one_hot(struct tensor y, int k);
