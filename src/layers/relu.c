/* relu, elementwise: y = max(x, 0).
 *
 * Read after: layer.h. Read next: losses/softmax_cross_entropy.c. */
#include "layers/layer.h"
#include "tensor/clones.h"

/* Written in a way that passes NaN through instead of turning it into 0: the loss must show it. */
CLONED static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                           struct tensor y) {
    for (size_t i = 0; i < tensor_size(x); i++)
        y.data[i] = x.data[i] <= 0 ? 0 : x.data[i];
}

/* dy/dx is 1 where x > 0 and 0 where x < 0. At x = 0 there is no derivative; like everyone else, we
 * use 0. Since y > 0 exactly where x > 0, x is not needed. */
CLONED static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                            struct tensor y, struct tensor dy, struct tensor dx) {
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = y.data[i] > 0 ? dy.data[i] : 0;
}

const struct layer_type relu_layer = {
    .kind = {.name = "relu", .help = "y = max(x, 0)"},
    .formula = {.forward = "y[n,j] = max(x[n,j], 0)",
                .backward = "dx[n,j] = dy[n,j] if x[n,j] > 0 else 0"},
    .nondifferentiable = true,
    .can_die = true,
    .element = {.c = "    return x <= 0 ? 0 : x;\n", .onnx = "Relu"},
    .forward = forward,
    .backward = backward,
};
