/* softmax_cross_entropy: from the logits z, the last layer's outputs, to probabilities,
 * p_j = e^z_j / sum_k e^z_k, and the cross-entropy of the target against them,
 * loss = -sum_j y_j log p_j, in nats. The target y is one-hot, 1 at the label and 0 elsewhere (in
 * layers, y is an output: mind the two), so loss = -log p_label.
 *
 * The two are one step here because their joint gradient is simple and never breaks: p - y.
 *
 * Read after: layers/relu.c. Read next: model/model.c. */
#include "losses/loss.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

struct softmax_cross_entropy {
    struct reals class_weights; /* loss.c applies them */
};

static const struct key keys[] = {CLASS_WEIGHTS_KEY(struct softmax_cross_entropy), END_KEY};

/* Subtracting the row's largest logit m changes nothing, e^(z_j-m) / sum_k e^(z_k-m) = p_j, but
 * keeps the exponents at or below 0: no overflow, and the sum s of the e^(z_k-m) is at least 1. The
 * loss is -log p_label = -log(e^(z_label-m) / s) = log s - (z_label - m), in which nothing rounds
 * to log 0. */
CLONED static void forward(const void *options, struct tensor z, const int *labels, struct tensor p,
                           real *losses) {
    (void)options;
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real *pn = tensor_row(p, n), m = vmath_max((size_t)z.cols, zn);
        for (int j = 0; j < z.cols; j++)
            pn[j] = zn[j] - m;
    }

    real *s = losses; /* of each row, until its loss is known */
    vmath_exp(tensor_size(p), p.data, p.data);
    vmath_row_sums(p, s);

    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real *pn = tensor_row(p, n), m = vmath_max((size_t)z.cols, zn);
        for (int j = 0; j < p.cols; j++)
            pn[j] /= s[n];
        losses[n] = vmath_log(s[n]) - (zn[labels[n]] - m);
    }
}

/* For one row, loss = log sum_k e^z_k - z_label. The derivative of a logarithm is 1 over what is in
 * it, times the derivative of that:
 *
 *   ∂/∂z_j log sum_k e^z_k = e^z_j / sum_k e^z_k = p_j          ∂z_label/∂z_j = y_j
 *
 * so ∂loss/∂z_j = p_j - y_j. The mean over the batch brings the factor 1/batch. */
CLONED static void backward(const void *options, struct tensor p, const int *labels, int batch,
                            struct tensor dz) {
    (void)options;
    for (int n = 0; n < p.rows; n++)
        for (int j = 0; j < p.cols; j++) {
            real y = j == labels[n] ? 1 : 0;
            tensor_row(dz, n)[j] = (tensor_row(p, n)[j] - y) / (real)batch;
        }
}

extern const struct loss_type softmax_cross_entropy_loss;
const struct loss_type softmax_cross_entropy_loss = {
    .row = {.name = "softmax_cross_entropy",
            .help = "-log of the softmax probability of the label, mean over the batch, in nats",
            .size = sizeof(struct softmax_cross_entropy),
            .keys = keys},
    .forward = forward,
    .backward = backward,
};
