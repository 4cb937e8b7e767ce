/* softmax: y_j = e^(x_j/T) / sum_k e^(x_k/T) turns the features of a sample into a distribution,
 * with temperature T.
 *
 * A classifier does not need it: the loss softmax_cross_entropy includes softmax, and is more
 * accurate, because the log y that a cross-entropy needs is lost if y rounds to 0. */
#include "tensor/softmax.h"
#include "layers/layer.h"

struct softmax {
    double temperature;
};

static const struct key keys[] = {
    POSITIVE_KEY(struct softmax, temperature, "1", 1e9,
                 "T in e^(x/T): below 1 sharpens the distribution, above 1 flattens it"),
    END_KEY};

/* A row whose softmax is undefined becomes NaN, which shows in the loss. */
static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    const struct softmax *o = l->options;
    (void)softmax_rows(x, o->temperature, y);
}

/* dx_j = y_j (dy_j - sum_k dy_k y_k) / T, as derived in tensor/softmax.c. */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    const struct softmax *o = l->options;
    softmax_gradient(y, dy, o->temperature, dx);
}

const struct layer_type softmax_layer = {
    .kind = {.name = "softmax",
             .help = "y = e^(x/T) / sum of e^(x/T): a distribution over the features",
             .size = sizeof(struct softmax),
             .keys = keys},
    .export_instead = "a model that ends in logits can, with the loss \"softmax_cross_entropy\"",
    .formula = {.forward = "y[n,j] = exp(x[n,j] / temperature) / sum_k exp(x[n,k] / temperature)",
                .backward = "dx[n,j] = y[n,j] * (dy[n,j] - sum_k y[n,k] * dy[n,k]) / temperature"},
    .forward = forward,
    .backward = backward,
};
