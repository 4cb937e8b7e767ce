/* softmax: y_j = e^(x_j/T) / sum_k e^(x_k/T) over the features of a sample, which become a
 * distribution, with a temperature T.
 *
 * For a classifier the loss softmax_cross_entropy does this itself, and better: log y, which a
 * cross-entropy needs, is lost where y rounds to 0. */
#include "tensor/softmax.h"
#include "layers/layer.h"
#include "tensor/clones.h"
#include "tensor/kernel.h"

struct softmax {
    double temperature;
};

static const struct key keys[] = {
    POSITIVE_KEY(struct softmax, temperature, "1", 1e9,
                 "T in e^(x/T): below 1 sharpens the distribution, above 1 flattens it"),
    END_KEY};

/* Features that have no distribution become NaN, which shows in the loss. */
static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    const struct softmax *o = l->options;
    (void)pass;
    (void)softmax_rows(x, o->temperature, y);
}

/* Every y_k depends on every x_j. With y_k = e_k / s, e_k = e^(x_k/T) and s = sum_k e_k, the
 * quotient rule gives
 *
 *   ∂y_k/∂x_j = (∂e_k/∂x_j s - e_k ∂s/∂x_j) / s^2 = ([k = j] y_k - y_k y_j) / T
 *
 * and the chain rule sums over the y_k:
 *
 *   dx_j = sum_k dy_k ∂y_k/∂x_j = (dy_j y_j - y_j sum_k dy_k y_k) / T
 *        = y_j (dy_j - sum_k dy_k y_k) / T
 *
 * The matrix ∂y/∂x is never made: a sum for each row is all that is left of it. */
CLONED static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                            struct tensor y, struct tensor dy, struct tensor dx) {
    const struct softmax *o = l->options;
    (void)pass, (void)x;
    for (int n = 0; n < y.rows; n++) {
        real sum;
        kernel_gemm()->abt(tensor_rows(y, n, 1), tensor_rows(dy, n, 1),
                           (struct tensor){&sum, 1, 1});
        for (int j = 0; j < y.cols; j++)
            tensor_row(dx, n)[j] =
                (real)((double)(tensor_row(y, n)[j] * (tensor_row(dy, n)[j] - sum)) /
                       o->temperature);
    }
}

extern const struct layer_type softmax_layer;
const struct layer_type softmax_layer = {
    .row = {.name = "softmax",
            .help = "y = e^(x/T) / sum of e^(x/T): a distribution over the features",
            .size = sizeof(struct softmax),
            .keys = keys},
    .forward = forward,
    .backward = backward,
};
