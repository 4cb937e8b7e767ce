/* softmax_cross_entropy: from the logits z, the last layer's outputs, to probabilities,
 * p_j = e^z_j / sum_k e^z_k, and the cross-entropy of the target against them,
 * loss = -sum_j y_j log p_j, in nats. The target y (in layers, y is an output: mind the two) is as
 * a rule one-hot, 1 at the label and 0 elsewhere, so that loss = -log p_label; but any distribution
 * can be learned.
 *
 * The two are one step here because their joint gradient is simple and never breaks: p - y.
 *
 * Two options change what is learned. A temperature T takes the softmax of z/T: above 1, p is
 * flatter, below 1 sharper. Label smoothing ε (Szegedy et al. 2016) mixes the uniform distribution
 * into the target of training, (1 - ε) y + ε/K for K classes, so that no logit pays for growing
 * without end. Validation and test keep the loss of y itself, by which models compare.
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
    REAL_KEY(struct softmax_cross_entropy, label_smoothing, "0", 0, 0.999,
             "s, where training's target is (1 - s) y + s/K for K classes; losses of validation "
             "and test are without it"),
    TEMPERATURE_KEY(struct softmax_cross_entropy), END_KEY};

/* Let a_j = (z_j - m) / T, with m the row's largest logit. Subtracting m changes nothing,
 * e^a_j / sum_k e^a_k = p_j, but keeps the exponents at or below 0: no overflow, and the sum s of
 * the e^a_k is at least 1. And -log p_j = -log(e^a_j / s) = log s - a_j, in which nothing rounds to
 * log 0; where y_j = 0, nothing is asked of p_j, however small. The loss is linear in the target:
 * the smoothed target's is that of y and the mean over all classes, mixed. */
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

    real *s = losses; /* of each row, until its loss is known */
    vmath_exp(tensor_size(p), p.data, p.data);
    vmath_row_sums(p, s);

    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n), *yn = tensor_row(t->y, n);
        real *pn = tensor_row(p, n), m = vmath_max((size_t)z.cols, zn), log_s = vmath_log(s[n]);
        for (int j = 0; j < p.cols; j++)
            pn[j] /= s[n];
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
 * The derivative of a logarithm is 1 over what is in it, times the derivative of that:
 *
 *   ∂/∂a_j log sum_k e^a_k = e^a_j / sum_k e^a_k = p_j          ∂/∂a_j sum_k y_k a_k = y_j
 *
 * so ∂loss/∂a_j = sum_y p_j - y_j, and by ∂a_j/∂z_j = 1/T, ∂loss/∂z_j = (sum_y p_j - y_j) / T: for
 * a distribution, at T = 1, it is p - y. Smoothing only makes another y of the same sum. The mean
 * over the batch brings the factor 1/batch. */
CLONED static void backward(const void *options, struct tensor z, struct tensor p,
                            const struct target *t, int batch, struct tensor dz) {
    const struct softmax_cross_entropy *o = options;
    real smoothing = (real)o->label_smoothing, scale = (real)o->temperature * (real)batch;
    (void)z;
    for (int n = 0; n < p.rows; n++) {
        real sum_y = 0;
        for (int j = 0; j < p.cols; j++)
            sum_y += tensor_row(t->y, n)[j];
        for (int j = 0; j < p.cols; j++) {
            real y = (1 - smoothing) * tensor_row(t->y, n)[j] + smoothing * sum_y / (real)p.cols;
            tensor_row(dz, n)[j] = (sum_y * tensor_row(p, n)[j] - y) / scale;
        }
    }
}

extern const struct loss_type softmax_cross_entropy_loss;
const struct loss_type softmax_cross_entropy_loss = {
    .kind = {.name = "softmax_cross_entropy",
             .help = "-log of the softmax probability of the label, mean over the batch, in nats",
             .size = sizeof(struct softmax_cross_entropy),
             .keys = keys},
    .temperature = offsetof(struct softmax_cross_entropy, temperature),
    .forward = forward,
    .backward = backward,
};
