/* The framework's own functions, as short calls: what is right, by src/layers and src/losses. */
#ifndef ONEHOT_EXERCISES_RIGHT_H
#define ONEHOT_EXERCISES_RIGHT_H

#include "layers/layer.h"
#include "losses/loss.h"

enum { RIGHT_MOST = 40 * 140 }; /* elements of the largest tensor of a case */

const struct layer_type *right_layer(const char *name);
const struct loss_type *right_loss(void); /* softmax_cross_entropy */

/* y = f(x), and dx from dy, of a layer without parameters. */
void right_forward(const char *layer, struct tensor x, struct tensor y);
void right_backward(const char *layer, struct tensor x, struct tensor y, struct tensor dy,
                    struct tensor dx);

/* y (N x O) = x w + b; dx, dw (I x O) and db (1 x O), of which any data may be NULL. */
void right_linear(struct tensor x, struct tensor w, struct tensor b, struct tensor y);
void right_linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                           struct tensor dw, struct tensor db);

/* From logits z and one-hot targets y: p, losses (N x 1), and dz of the mean over `batch` rows. */
void right_softmax(struct tensor z, struct tensor p);
void right_losses(struct tensor z, struct tensor y, struct tensor losses);
void right_p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz);

/* A step of sgd.c; v.data may be NULL where the momentum is 0. */
void right_sgd(real rate, real momentum, struct tensor grad, struct tensor v, struct tensor theta);

/* dw (I x O) and db (1 x O) of the mean loss of x w + b. */
void right_batch(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                 struct tensor dw, struct tensor db);

/* The sum of y[i] * weights[i]. */
double right_weighted(struct tensor y, struct tensor weights);

/* y, one-hot: row n's label is (n + k) mod its columns. */
void right_one_hot(struct tensor y, int k);

#endif
