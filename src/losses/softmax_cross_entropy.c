/* softmax_cross_entropy: logits to probabilities, p_j = e^z_j / sum_k e^z_k, and the cross-entropy
 * of the label's one-hot vector y against them, loss = -sum_j y_j log p_j = -log p_label, in nats.
 *
 * The two are one step here because their joint gradient is simple and never breaks: p - y.
 *
 * Read after: layers/relu.c. Read next: model/model.c. */
#include "losses/loss.h"
#include "tensor/vmath.h"

/* Subtracting the row's largest logit m changes nothing, e^(z_j-m) / sum e^(z_k-m) = p_j, but keeps
 * the exponents at or below 0: no overflow, and the sum s is at least 1. For the same reason the
 * loss is taken as -(z_label - m - log s), which stays finite where p_label rounds to 0. */
static void forward(const void *options, struct tensor z, const int *labels, struct tensor p,
                    double *sum) {
    (void)options;
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real *pn = tensor_row(p, n);

        real m = zn[0];
        for (int j = 1; j < z.cols; j++)
            m = zn[j] > m ? zn[j] : m;

        real s = 0;
        for (int j = 0; j < z.cols; j++) {
            pn[j] = vmath_exp(zn[j] - m);
            s += pn[j];
        }
        for (int j = 0; j < z.cols; j++)
            pn[j] /= s;

        if (labels)
            *sum += (double)(vmath_log(s) - (zn[labels[n]] - m));
    }
}

/* For one row, loss = log sum_k e^z_k - z_label, so
 *
 *   dloss/dz_j = e^z_j / sum_k e^z_k - [j = label] = p_j - y_j
 *
 * where y is 1 at the label and 0 elsewhere. The mean over N rows brings the factor 1/N. */
static void backward(const void *options, struct tensor p, const int *labels, struct tensor dz) {
    (void)options;
    for (int n = 0; n < p.rows; n++)
        for (int j = 0; j < p.cols; j++) {
            real y = j == labels[n] ? 1 : 0;
            tensor_row(dz, n)[j] = (tensor_row(p, n)[j] - y) / (real)p.rows;
        }
}

extern const struct loss_type softmax_cross_entropy_loss;
const struct loss_type softmax_cross_entropy_loss = {
    .row = {.name = "softmax_cross_entropy",
            .help = "-log of the softmax probability of the label, mean over the batch, in nats"},
    .forward = forward,
    .backward = backward,
};
