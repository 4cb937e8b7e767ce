/* leaky_relu, elementwise: y = x where x > 0, slope * x elsewhere. The program does not have this
 * layer; this file and one row in the table are all that tests/test_outside.c adds to it.
 *
 * Source: Maas, Hannun and Ng 2013, "Rectifier nonlinearities improve neural network acoustic
 * models". */
#include "layers/layer.h"

struct leaky_relu {
    double slope;
};

static const struct key keys[] = {
    REAL_KEY(struct leaky_relu, slope, "0.01", 0, 1, "dy/dx where x is below 0"), END_KEY};

static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    real slope = (real)((const struct leaky_relu *)l->options)->slope;
    (void)pass;
    for (size_t i = 0; i < tensor_size(x); i++)
        y.data[i] = x.data[i] > 0 ? x.data[i] : x.data[i] * slope;
}

static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    real slope = (real)((const struct leaky_relu *)l->options)->slope;
    (void)pass, (void)y;
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = x.data[i] > 0 ? dy.data[i] : dy.data[i] * slope;
}

extern const struct layer_type leaky_relu_layer;
const struct layer_type leaky_relu_layer = {
    .kind = {.name = "leaky_relu",
             .help = "y = x where x > 0, else slope x",
             .size = sizeof(struct leaky_relu),
             .keys = keys},
    .nondifferentiable = true,
    .element = {.c = "    return x > 0 ? x : x * slope;\n",
                .onnx = "LeakyRelu",
                .onnx_attributes = {"alpha"}},
    .formula = {.forward = "y[n,j] = x[n,j] if x[n,j] > 0 else slope * x[n,j]",
                .backward = "dx[n,j] = dy[n,j] if x[n,j] > 0 else slope * dy[n,j]"},
    .forward = forward,
    .backward = backward,
};
