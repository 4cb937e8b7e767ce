/* relu: y = max(x, 0), element by element.
 *
 * Read after: linear.c. Read next: losses/softmax_cross_entropy.c. */
#include "layers/layer.h"
#include "tensor/clones.h"

/* Written so that NaN passes through rather than turn into 0: the loss must show it. */
CLONED static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                           struct tensor y) {
    (void)l, (void)pass;
    for (size_t i = 0; i < tensor_size(x); i++)
        y.data[i] = x.data[i] <= 0 ? 0 : x.data[i];
}

/* dy/dx is 1 where x > 0 and 0 where x < 0; at the kink x = 0, where there is no derivative, we
 * take 0, as everyone does. y > 0 says the same as x > 0, so x is not needed. */
CLONED static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                            struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass, (void)x;
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = y.data[i] > 0 ? dy.data[i] : 0;
}

extern const struct layer_type relu_layer;
const struct layer_type relu_layer = {
    .kind = {.name = "relu", .help = "y = max(x, 0)"},
    .nondifferentiable = true,
    .forward = forward,
    .backward = backward,
};
