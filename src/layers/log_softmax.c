/* log_softmax: y_j = x_j/T - log sum_k e^(x_k/T), the logarithm of softmax, for the loss
 * negative_log_likelihood. Together the two are softmax_cross_entropy in two steps. */
#include "layers/layer.h"
#include "tensor/clones.h"
#include "tensor/softmax.h"
#include "tensor/vmath.h"

struct log_softmax {
    double temperature;
};

static const struct key keys[] = {
    POSITIVE_KEY(struct log_softmax, temperature, "1", 1e9,
                 "T in e^(x/T): below 1 sharpens the distribution, above 1 flattens it"),
    END_KEY};

/* A row whose softmax is undefined becomes NaN, which shows in the loss. */
static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    const struct log_softmax *o = l->options;
    (void)softmax_log_rows(x, o->temperature, y);
}

/* Let p = e^y, the softmax. The derivative of log sum_k e^(x_k/T) with respect to x_j is p_j / T
 * (see losses/softmax_cross_entropy.c), so ∂y_k/∂x_j = ([k = j] - p_j) / T, and
 *
 *   dx_j = sum_k dy_k ∂y_k/∂x_j = (dy_j - p_j sum_k dy_k) / T
 *
 * If dy is -1 at the label and 0 elsewhere, that is (p_j - [j = label]) / T: p - y. */
CLONED static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                            struct tensor y, struct tensor dy, struct tensor dx) {
    const struct log_softmax *o = l->options;
    struct tensor p = dx;
    vmath_exp(tensor_size(y), y.data, p.data);
    for (int n = 0; n < y.rows; n++) {
        real sum;
        vmath_row_sums(tensor_rows(dy, n, 1), &sum);
        for (int j = 0; j < y.cols; j++)
            tensor_row(dx, n)[j] =
                (real)((double)(tensor_row(dy, n)[j] - tensor_row(p, n)[j] * sum) / o->temperature);
    }
}

const struct layer_type log_softmax_layer = {
    .kind = {.name = "log_softmax",
             .help = "y = log(softmax(x/T)), for the loss negative_log_likelihood",
             .size = sizeof(struct log_softmax),
             .keys = keys},
    .export_instead = "a model that ends in logits can, with the loss \"softmax_cross_entropy\"",
    .formula = {.forward = "y[n,j] = x[n,j] / temperature - log(sum_k exp(x[n,k] / temperature))",
                .backward = "dx[n,j] = (dy[n,j] - exp(y[n,j]) * sum_k dy[n,k]) / temperature"},
    .forward = forward,
    .backward = backward,
};
