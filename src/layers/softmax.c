/* softmax: y_j = e^(x_j/T) / sum_k e^(x_k/T) over the features of a sample, which become a
 * distribution, with a temperature T.
 *
 * For a classifier the loss softmax_cross_entropy does this itself, and better: log y, which a
 * cross-entropy needs, is lost where y rounds to 0. */
#include "tensor/softmax.h"
#include "layers/layer.h"

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

/* dx_j = y_j (dy_j - sum_k dy_k y_k) / T: derived where it is computed, in tensor/softmax.c. */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    const struct softmax *o = l->options;
    (void)pass, (void)x;
    softmax_gradient(y, dy, o->temperature, dx);
}

extern const struct layer_type softmax_layer;
const struct layer_type softmax_layer = {
    .kind = {.name = "softmax",
             .help = "y = e^(x/T) / sum of e^(x/T): a distribution over the features",
             .size = sizeof(struct softmax),
             .keys = keys},
    .forward = forward,
    .backward = backward,
};
