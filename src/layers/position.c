/* position: y = x + p, where p (in) is a trained vector that is added to every sample. Attention
 * ignores the order of its tokens; p lets it tell their positions apart.
 *
 * Source: the learned position embedding of Vaswani et al. 2017, "Attention is all you need". */
#include "layers/init.h"
#include "layers/layer.h"
#include "tensor/clones.h"

struct position {
    bool frozen;
};

static const struct key keys[] = {FROZEN_KEY(struct position), END_KEY};

enum { POSITION };

static int infer(struct layer *l, struct error *e) {
    l->params[POSITION] =
        (struct param){.name = "weight", .vector = true, .value = {.rows = 1, .cols = l->in}};
    l->nparams = 1;
    return 0;
}

/* Zeros are enough: samples differ from position to position, so the gradients differ too, from the
 * first step on. */
static void init(struct layer *l, uint64_t seed, uint32_t first) {
    init_weight(INIT_ZEROS, l->params[POSITION].value, seed, first + POSITION);
}

CLONED static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                           struct tensor y) {
    const real *p = l->params[POSITION].value.data;
    for (int n = 0; n < x.rows; n++)
        for (int j = 0; j < x.cols; j++)
            tensor_row(y, n)[j] = tensor_row(x, n)[j] + p[j];
}

/* ∂y/∂x = 1: dx = dy. */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i];
}

/* Like a bias, p[j] affects y[n][j] of every sample n: dp[j] = sum_n dy[n][j]. */
CLONED static void gradient(const struct layer *l, int k, struct tensor x, struct tensor dy,
                            int first, struct tensor grad) {
    for (int j = 0; j < dy.cols; j++)
        grad.data[j] = 0;
    for (int n = 0; n < dy.rows; n++)
        for (int j = 0; j < dy.cols; j++)
            grad.data[j] += tensor_row(dy, n)[j];
}

const struct layer_type position_layer = {
    .kind = {.name = "position",
             .help = "y = x + p, with a trained p for each position",
             .size = sizeof(struct position),
             .keys = keys},
    .export_instead = "a chain of \"linear\" and activations can",
    .formula = {.forward = "y[n,j] = x[n,j] + P[j]",
                .backward = "dx[n,j] = dy[n,j]",
                .params = {[POSITION] = {"P", "dP[j] = sum_n dy[n,j]"}}},
    .infer = infer,
    .init = init,
    .forward = forward,
    .backward = backward,
    .gradient = gradient,
};
