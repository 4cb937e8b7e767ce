/* negative_log_likelihood: the cross-entropy for a model that ends in log-probabilities, z = log p,
 * as a log_softmax layer computes them: loss = -sum_j y_j z_j, in nats.
 *
 * softmax_cross_entropy takes logits and does both at once. This loss, after a log_softmax layer,
 * shows the two steps separately. */
#include "losses/loss.h"
#include "tensor/vmath.h"

static void forward(const void *options, bool training, struct tensor z, const struct target *t,
                    struct tensor p, real *losses) {
    vmath_exp(tensor_size(z), z.data, p.data);
    for (int n = 0; n < z.rows; n++)
        losses[n] = 0;
    for (int n = 0; n < z.rows; n++)
        for (int j = 0; j < z.cols; j++)
            if (tensor_row(t->y, n)[j] > 0) /* where y_j is 0, z_j may be -infinity */
                losses[n] -= tensor_row(t->y, n)[j] * tensor_row(z, n)[j];
}

/* ∂loss/∂z_j = -y_j; the mean over the batch contributes 1/batch. */
static void backward(const void *options, struct tensor z, struct tensor p, const struct target *t,
                     int batch, struct tensor dz) {
    for (int n = 0; n < dz.rows; n++)
        for (int j = 0; j < dz.cols; j++)
            tensor_row(dz, n)[j] = 0 - tensor_row(t->y, n)[j] / (real)batch;
}

const struct loss_type negative_log_likelihood_loss = {
    .kind = {.name = "negative_log_likelihood",
             .help = "minus the log-probability of the label, which a log_softmax layer computes; "
                     "mean over the batch, in nats",
             .size = sizeof(struct loss_options),
             .keys = loss_keys},
    .formula = {.p = "p[n,j] = exp(z[n,j])",
                .loss = "loss[n] = -sum_j y[n,j] * z[n,j]",
                .gradient = "dz[n,j] = -y[n,j] / N"},
    .forward = forward,
    .backward = backward,
};
