/* The contract of a layer.
 *
 * A layer maps the features of every sample of a batch, y = f(x), and carries gradients back. For
 * a loss L, "dy" is dL/dy: backward turns dy into dx and, where there are parameters, into their
 * gradients. Gradients are +dL/d.. and nothing else: never negated, never scaled by the rate.
 *
 * A new layer is one file that ends in a const struct layer_type, and one row in layers.c. It
 * begins with its row: its name in configs, and a table that says which keys it has and into which
 * struct they are read (keys/key.h); make schema tells editors. Read after: tensor/gemm.c. Read
 * next: linear.c, relu.c. */
#ifndef ONEHOT_LAYERS_LAYER_H
#define ONEHOT_LAYERS_LAYER_H

#include "base/error.h"
#include "keys/key.h"
#include "tensor/tensor.h"

#include <stdint.h>

enum { LAYER_PARAMS = 2, LAYER_CACHED = 6 };

/* A trained tensor and its gradient: views into the model's theta and grad. */
struct param {
    const char *name; /* as torch.nn calls it: "weight", "bias" */
    bool vector;      /* 1 x n, kept as shape [n]; a matrix (in x out) is kept as [out][in] */
    struct tensor value, grad;
};

struct layer {
    const struct layer_type *type;
    int index;           /* its place in the model, 0 .. */
    const void *options; /* from the config, as type->row.keys describe */
    int in, out;         /* features per sample */
    int nparams;
    struct param params[LAYER_PARAMS];

    /* What a layer keeps of a pass beside x and y, for backward and gradient: memory with a row for
     * each row of the batch, of which a pass touches its own. Most layers need none. */
    int ncached;
    struct tensor cached[LAYER_CACHED];
};

/* A pass takes some rows of a batch through the layers, forward or backward. Only in training does
 * anything in it but x matter: dropout draws its masks by seed, step, layer and row. */
struct pass {
    int first, rows; /* which rows of the batch: first .. first + rows - 1 */
    bool training;
    uint64_t seed;
    long long step; /* of the run, 1 .. */
};

struct layer_type {
    struct kind kind; /* its name and hyperparameters */
    bool
        nondifferentiable; /* the derivative jumps at x = 0: no difference across that is near it */

    /* From l->in and the options: sets l->out, name and shape of each parameter, and nkept and the
     * columns of kept. Fails with what is wrong, as the end of a sentence: the model names the
     * layer before it. NULL: out = in, no parameters, nothing kept. */
    int (*infer)(struct layer *l, struct error *e);

    /* Fills the parameters with their initial values, by streams of random numbers of their own:
     * parameter k of this layer draws from stream first + k. NULL where there are none. */
    void (*init)(struct layer *l, uint64_t seed, uint32_t first);

    /* y (N x out) from x (N x in), the N rows of the pass. */
    void (*forward)(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y);

    /* dx (N x in) from dy (N x out), with pass, x, y and kept as they were in forward. A row of dx
     * depends on the same row of the others alone, as in forward. The first layer's dx nobody
     * needs: there it is called only where something is kept. */
    void (*backward)(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx);

    /* Some rows of the gradient of parameter k, from `first` on, as many as `grad` has, from all
     * rows of x, dy and kept. Overwrites them, and nothing else: others are computed at the same
     * time. NULL where there are no parameters. */
    void (*gradient)(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                     struct tensor grad);

    /* After forward: where the parts of the sample in this row of the batch look, as maps of T x T,
     * one below the other. Row t of a map says how the attention of part t, in all 1, is shared out
     * over the T parts. NULL: nothing looks anywhere. */
    struct tensor (*attention_weights)(const struct layer *l, int row);
};

/* The table of all layers, in layers.c. */
const struct layer_type *layers_type(int i);                  /* NULL behind the last */
const struct layer_type *layers_find(const struct kind *row); /* whose row it is */
const struct kind *layers_kind(int i);                        /* the same rows, for the config */

#endif
