/* linear: y = x W + b, with x (N x in), W (in x out), b (out), y (N x out).
 *
 * Each function here is one method of the contract that layer.h documents.
 *
 * Read after: tensor/gemm.c. Read next: layer.h. */
#include "layers/init.h"
#include "layers/layer.h"
#include "tensor/clones.h"
#include "tensor/kernel.h"

struct linear {
    bool frozen;
    int units;
    bool bias;
    int init; /* enum init */
};

static const struct key keys[] = {
    INT_KEY(struct linear, units, NULL, 1, 1000000,
            "number of outputs; in the last layer, the number of classes"),
    BOOL_KEY(struct linear, bias, "true", "whether to add a trained constant to each output"),
    CHOICE_KEY(struct linear, init, "\"torch\"", init_names,
               "initial weights; torch: uniform in +-1/sqrt(inputs), as in torch.nn.Linear"),
    FROZEN_KEY(struct linear), END_KEY};

enum { WEIGHT, BIAS };

static int infer(struct layer *l, struct error *e) {
    const struct linear *o = l->options;
    l->out = o->units;
    l->params[WEIGHT] = (struct param){.name = "weight", .value = {.rows = l->in, .cols = l->out}};
    l->params[BIAS] =
        (struct param){.name = "bias", .vector = true, .value = {.rows = 1, .cols = l->out}};
    l->nparams = o->bias ? 2 : 1;
    return 0;
}

static void init(struct layer *l, uint64_t seed, uint32_t first) {
    const struct linear *o = l->options;
    init_weight((enum init)o->init, l->params[WEIGHT].value, seed, first + WEIGHT);
    if (o->bias)
        init_bias((enum init)o->init, l->params[BIAS].value, l->in, seed, first + BIAS);
}

static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    kernel_gemm()->ab(x, l->params[WEIGHT].value, l->params[BIAS].value.data, y);
}

/* A weight W[i][j] affects the loss L through y[n][j] of every sample n; an input x[n][i] affects
 * it through y[n][j] of every output j. Given y[n][j] = b[j] + sum_i x[n][i] W[i][j], and writing
 * dy[n][j] for the known ∂L/∂y[n][j], the chain rule gives
 *
 *   ∂L/∂W[i][j] = sum_n dy[n][j] ∂y[n][j]/∂W[i][j] = sum_n x[n][i] dy[n][j]      dW = x^T dy
 *   ∂L/∂b[j]    = sum_n dy[n][j] ∂y[n][j]/∂b[j]    = sum_n dy[n][j]
 *   ∂L/∂x[n][i] = sum_j dy[n][j] ∂y[n][j]/∂x[n][i] = sum_j dy[n][j] W[i][j]      dx = dy W^T */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    kernel_gemm()->abt(dy, l->params[WEIGHT].value, dx);
}

CLONED static void bias_gradient(struct tensor dy, real *db) {
    for (int j = 0; j < dy.cols; j++)
        db[j] = 0;
    for (int n = 0; n < dy.rows; n++)
        for (int j = 0; j < dy.cols; j++)
            db[j] += tensor_row(dy, n)[j];
}

static void gradient(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                     struct tensor grad) {
    if (k == WEIGHT)
        kernel_gemm()->atb(x, first, dy, grad);
    else
        bias_gradient(dy, grad.data);
}

static bool descend(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                    real rate, struct tensor value) {
    bool can = k == WEIGHT && x.rows <= GEMM_DESCEND && kernel_gemm()->descend;
    if (can)
        kernel_gemm()->descend(x, first, dy, rate, value);
    return can;
}

const struct layer_type linear_layer = {
    .kind = {.name = "linear", .help = "y = x W + b", .size = sizeof(struct linear), .keys = keys},
    .affine = true,
    .formula = {.forward = "y[n,j] = b[j] + sum_i x[n,i] * W[i,j]",
                .backward = "dx[n,i] = sum_j dy[n,j] * W[i,j]",
                .params = {[WEIGHT] = {"W", "dW[i,j] = sum_n x[n,i] * dy[n,j]"},
                           [BIAS] = {"b", "db[j] = sum_n dy[n,j]"}}},
    .infer = infer,
    .init = init,
    .forward = forward,
    .backward = backward,
    .gradient = gradient,
    .descend = descend,
};
