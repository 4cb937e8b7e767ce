/* sigmoid: y = 1 / (1 + e^-x), element by element. */
#include "layers/layer.h"
#include "tensor/vmath.h"

/* The exponent is never positive, so that nothing overflows; for x < 0 the fraction is expanded
 * by e^x. */
static void forward(const struct layer *l, struct tensor x, struct tensor y) {
    (void)l;
    for (size_t i = 0; i < tensor_size(x); i++) {
        real v = x.data[i];
        real e = vmath_exp(v < 0 ? v : -v);
        y.data[i] = (v < 0 ? e : 1) / (1 + e);
    }
}

/* dy/dx = e^-x / (1 + e^-x)^2 = y * (e^-x / (1 + e^-x)) = y (1 - y). */
static void backward(const struct layer *l, struct tensor x, struct tensor y, struct tensor dy,
                     struct tensor dx) {
    (void)l, (void)x;
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i] * (y.data[i] * (1 - y.data[i]));
}

extern const struct layer_type sigmoid_layer;
const struct layer_type sigmoid_layer = {
    .row = {.name = "sigmoid", .help = "y = 1 / (1 + exp(-x))"},
    .forward = forward,
    .backward = backward,
};
