/* sigmoid_cross_entropy: a yes-no question per class, independent of the other classes. The logit z
 * gives the probability p = 1 / (1 + e^-z), and the loss is the cross-entropy of the answer,
 * -y log p - (1 - y) log(1 - p), averaged over the classes, in nats. Any number of the y may be 1:
 * this is the loss for multi-label samples. Softmax makes the classes compete for a sum of 1; here
 * they are independent.
 *
 * With one label per sample, it trains one model per class, each against all others. For two
 * classes one output is enough: p belongs to the second class, 1 - p to the first. */
#include "losses/loss.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

/* The class of the first output: 0, or 1 if one output stands for two classes. */
static int first_class(struct tensor z, struct tensor p) { return p.cols - z.cols; }

/* Since p = 1 / (1 + e^-z) and 1 - p = e^-z / (1 + e^-z), we have -log p = log(1 + e^-z) and
 * -log(1 - p) = z + log(1 + e^-z). Weighted by y and 1 - y, they sum to
 *
 *   loss = z - z y + log(1 + e^-z) = max(z, 0) - z y + log(1 + e^-|z|)
 *
 * The second form equals the first for z >= 0, and for z < 0 because log(1 + e^-z) =
 * -z + log(1 + e^z). Its exponent is never positive, and the argument of its log is at least 1. */
CLONED static void forward(const void *options, bool training, struct tensor z,
                           const struct target *t, struct tensor p, real *losses) {
    int first = first_class(z, p);
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n), *yn = tensor_row(t->y, n) + first;
        real *pn = tensor_row(p, n) + first, sum = 0;
        for (int j = 0; j < z.cols; j++)
            pn[j] = zn[j] < 0 ? zn[j] : -zn[j];
        vmath_exp((size_t)z.cols, pn, pn);
        if (first > 0)
            pn[-1] = (zn[0] < 0 ? 1 : pn[0]) / (1 + pn[0]);
        for (int j = 0; j < z.cols; j++) {
            sum += (zn[j] < 0 ? 0 : zn[j]) - zn[j] * yn[j] + vmath_log(1 + pn[j]);
            pn[j] = (zn[j] < 0 ? pn[j] : 1) / (1 + pn[j]);
        }
        losses[n] = sum / (real)z.cols;
    }
}

/* With loss = z - z y + log(1 + e^-z), as above,
 *
 *   ∂loss/∂z = 1 - y - e^-z / (1 + e^-z) = 1 - y - (1 - p) = p - y
 *
 * as with softmax. The means over classes and batch contribute the factor 1/(classes batch). */
CLONED static void backward(const void *options, struct tensor z, struct tensor p,
                            const struct target *t, int batch, struct tensor dz) {
    int first = first_class(dz, p);
    real scale = (real)dz.cols * (real)batch;
    for (int n = 0; n < dz.rows; n++)
        for (int j = 0; j < dz.cols; j++)
            tensor_row(dz, n)[j] =
                (tensor_row(p, n)[first + j] - tensor_row(t->y, n)[first + j]) / scale;
}

const struct loss_type sigmoid_cross_entropy_loss = {
    .kind = {.name = "sigmoid_cross_entropy",
             .help = "cross-entropy of each class independently, for multi-label samples; mean "
                     "over classes and batch, in nats",
             .size = sizeof(struct loss_options),
             .keys = loss_keys},
    .one_output = true,
    .formula = {.p = "p[n,j] = 1 / (1 + exp(-z[n,j]))",
                .loss = "loss[n] = -(sum_j (y[n,j] * log(p[n,j]) + (1 - y[n,j]) * log(1 - p[n,j])))"
                        " / K",
                .gradient = "dz[n,j] = (p[n,j] - y[n,j]) / (K * N)"},
    .formula_one = {.p = "p[n,j] = exp(j * z[n]) / (1 + exp(z[n]))",
                    .loss = "loss[n] = -sum_j y[n,j] * log(p[n,j])",
                    .gradient = "dz[n,j] = (p[n,1] - y[n,1]) / N"},
    .forward = forward,
    .backward = backward,
};
