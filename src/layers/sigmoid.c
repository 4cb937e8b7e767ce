/* sigmoid, elementwise: y = 1 / (1 + e^-x). */
#include "layers/layer.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

/* The exponent is never positive, so nothing overflows: for x < 0, numerator and denominator are
 * multiplied by e^x. */
CLONED static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                           struct tensor y) {
    for (size_t i = 0; i < tensor_size(x); i++)
        y.data[i] = x.data[i] < 0 ? x.data[i] : -x.data[i];
    vmath_exp(tensor_size(x), y.data, y.data);
    for (size_t i = 0; i < tensor_size(x); i++)
        y.data[i] = (x.data[i] < 0 ? y.data[i] : 1) / (1 + y.data[i]);
}

/* dy/dx = e^-x / (1 + e^-x)^2 = y * (e^-x / (1 + e^-x)) = y (1 - y). */
CLONED static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                            struct tensor y, struct tensor dy, struct tensor dx) {
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i] * (y.data[i] * (1 - y.data[i]));
}

/* The operations of forward and of vmath_exp, in the same order. */
static const char c[] = "    float v = x < 0 ? x : -x, cut = v < -104 ? -104 : v;\n"
                        "    float e = v != v ? v : (float)@_exp((double)cut);\n"
                        "    return (x < 0 ? e : 1) / (1 + e);\n";

const struct layer_type sigmoid_layer = {
    .kind = {.name = "sigmoid", .help = "y = 1 / (1 + exp(-x))"},
    .element = {.c = c, .onnx = "Sigmoid"},
    .formula = {.forward = "y[n,j] = 1 / (1 + exp(-x[n,j]))",
                .backward = "dx[n,j] = dy[n,j] * y[n,j] * (1 - y[n,j])"},
    .forward = forward,
    .backward = backward,
};
