/* tanh, elementwise: y = tanh x = (e^x - e^-x) / (e^x + e^-x). */
#include "layers/layer.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    vmath_tanh(tensor_size(x), x.data, y.data);
}

/* With s = e^x - e^-x and c = e^x + e^-x, s' = c and c' = s:
 * (s/c)' = (c c - s s) / c^2 = 1 - y^2. */
CLONED static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                            struct tensor y, struct tensor dy, struct tensor dx) {
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i] * (1 - y.data[i] * y.data[i]);
}

/* The operations of vmath_tanh, in the same order. */
static const char c[] = "    double y = @_tanh_double(fabs((double)x));\n"
                        "    return x != x ? x : (float)copysign(y, (double)x);\n";

const struct layer_type tanh_layer = {
    .kind = {.name = "tanh", .help = "y = tanh(x)"},
    .element = {.c = c, .onnx = "Tanh"},
    .formula = {.forward = "y[n,j] = tanh(x[n,j])",
                .backward = "dx[n,j] = dy[n,j] * (1 - y[n,j]^2)"},
    .forward = forward,
    .backward = backward,
};
