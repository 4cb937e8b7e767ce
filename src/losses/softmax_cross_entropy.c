/* softmax_cross_entropy: computes probabilities p from the logits z, the last layer's outputs, and
 * the cross-entropy of the target y against them, in nats. For one sample, with m = max_j z_j:
 *
 *   s     = sum_k exp(z_k - m)
 *   p_j   = exp(z_j - m) / s
 *   loss  = -log p_label = log s - (z_label - m)
 *   dz_j  = p_j - y_j               y_j = 1 for the label, 0 elsewhere; divided by the batch size
 *
 * That is all of it. Softmax and cross-entropy are one step here because their joint gradient, p -
 * y, is simple and never fails numerically. The rest of this file adds
 *
 *   soft targets      y may be any distribution: loss = -sum_j y_j log p_j
 *   a temperature T   p = softmax(z / T), flatter for T > 1, sharper for T < 1
 *   label smoothing   in training, the target is (1 - ε) y + ε/K for K classes, so that no logit
 *                     profits from growing without end (Szegedy et al. 2016); validation and test
 *                     use y itself, so that models can be compared
 *
 * Read after: layers/relu.c. Read next: model/model.c. */
#include "losses/loss.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

struct softmax_cross_entropy {
    struct number_list class_weights; /* loss.c applies them */
    double label_smoothing, temperature;
};

static const struct key keys[] = {
    CLASS_WEIGHTS_KEY(struct softmax_cross_entropy),
    REAL_KEY(
        struct softmax_cross_entropy, label_smoothing, "0", 0, 0.999,
        "s in the training target, (1 - s) y + s/K for K classes; not used in validation and test"),
    TEMPERATURE_KEY(struct softmax_cross_entropy), END_KEY};

/* Let a_j = (z_j - m) / T. Subtracting the row's largest logit m changes nothing, since
 * e^a_j / sum_k e^a_k = p_j, but it keeps the exponents at or below 0: nothing overflows, and the
 * sum s of the e^a_k is at least 1. Also, -log p_j = -log(e^a_j / s) = log s - a_j, where nothing
 * rounds to log 0. Classes with y_j = 0 contribute nothing, however small p_j is. The loss is
 * linear in the target, so the loss for the smoothed target is a mixture of the loss for y and the
 * mean over all classes. */
CLONED static void forward(const void *options, bool training, struct tensor z,
                           const struct target *t, struct tensor p, real *losses) {
    const struct softmax_cross_entropy *o = options;
    real T = (real)o->temperature, smoothing = training ? (real)o->label_smoothing : 0;
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real *pn = tensor_row(p, n), m = vmath_max((size_t)z.cols, zn);
        for (int j = 0; j < z.cols; j++)
            pn[j] = (zn[j] - m) / T;
    }

    real *s = losses; /* holds the sums s, then log s, until the losses replace them */
    vmath_exp(tensor_size(p), p.data, p.data);
    vmath_row_sums(p, s);
    for (int n = 0; n < z.rows; n++)
        for (int j = 0; j < p.cols; j++)
            tensor_row(p, n)[j] /= s[n];
    vmath_logs((size_t)z.rows, s, s);

    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n), *yn = tensor_row(t->y, n);
        real m = vmath_max((size_t)z.cols, zn), log_s = s[n];
        losses[n] = 0;
        for (int j = 0; j < z.cols; j++)
            if (yn[j] > 0)
                losses[n] += yn[j] * (log_s - (zn[j] - m) / T);
        if (smoothing > 0) {
            real sum_y = 0, all = 0; /* all: the sum of the -log p_j */
            for (int j = 0; j < z.cols; j++) {
                sum_y += yn[j];
                all += log_s - (zn[j] - m) / T;
            }
            losses[n] = (1 - smoothing) * losses[n] + smoothing * (sum_y * all / (real)z.cols);
        }
    }
}

/* For one row, with a_j = z_j / T and sum_y = sum_j y_j, which is 1 for a distribution,
 *
 *   loss = -sum_j y_j log p_j = sum_y log sum_k e^a_k - sum_j y_j a_j
 *
 * Differentiate with respect to a_j. The derivative of log u is u'/u:
 *
 *   ∂/∂a_j log sum_k e^a_k = e^a_j / sum_k e^a_k = p_j          ∂/∂a_j sum_k y_k a_k = y_j
 *
 * so ∂loss/∂a_j = sum_y p_j - y_j, and since ∂a_j/∂z_j = 1/T, ∂loss/∂z_j = (sum_y p_j - y_j) / T.
 * For a distribution at T = 1, that is p - y. Smoothing only replaces y by another target with the
 * same sum. The mean over the batch contributes the factor 1/batch. */
CLONED static void backward(const void *options, struct tensor z, struct tensor p,
                            const struct target *t, int batch, struct tensor dz) {
    const struct softmax_cross_entropy *o = options;
    real smoothing = (real)o->label_smoothing, scale = (real)o->temperature * (real)batch;
    enum { ROWS = 64 }; /* sums at a time */
    real sums[ROWS];
    for (int n = 0; n < p.rows; n++) {
        if (n % ROWS == 0)
            vmath_row_sums(tensor_rows(t->y, n, p.rows - n < ROWS ? p.rows - n : ROWS), sums);
        real sum_y = sums[n % ROWS];
        for (int j = 0; j < p.cols; j++) {
            real y = (1 - smoothing) * tensor_row(t->y, n)[j] + smoothing * sum_y / (real)p.cols;
            tensor_row(dz, n)[j] = (sum_y * tensor_row(p, n)[j] - y) / scale;
        }
    }
}

const struct loss_type softmax_cross_entropy_loss = {
    .kind = {.name = "softmax_cross_entropy",
             .help = "-log of the softmax probability of the label; mean over the batch, in nats",
             .size = sizeof(struct softmax_cross_entropy),
             .keys = keys},
    .temperature = offsetof(struct softmax_cross_entropy, temperature),
    .smoothing = offsetof(struct softmax_cross_entropy, label_smoothing),
    .formula = {.p = "p[n,j] = exp(z[n,j] / temperature) / sum_k exp(z[n,k] / temperature)",
                .loss = "loss[n] = -sum_j ((1 - label_smoothing) * y[n,j]"
                        " + label_smoothing * S[n] / K) * log(p[n,j])",
                .gradient = "dz[n,j] = (S[n] * p[n,j] - ((1 - label_smoothing) * y[n,j]"
                            " + label_smoothing * S[n] / K)) / (temperature * N)"},
    .forward = forward,
    .backward = backward,
};
