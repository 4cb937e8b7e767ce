/* The contract of a layer.
 *
 * A layer maps the features of each sample in a batch, y = f(x), and carries gradients back. For a
 * loss L, "dy" means dL/dy: backward turns dy into dx, and gradient turns it into the gradients of
 * the layer's parameters. A gradient is +dL/d..: never negated, never scaled by the learning rate.
 *
 * A new layer is one file, which ends in a const struct layer_type, and one row in layers.c.
 * Everything that differs from layer to layer is a field of that struct; no code checks for a layer
 * by name. Its hyperparameters are a table of keys (keys/key.h). `make schema` adds it to the
 * schema that editors use.
 *
 * Read after: linear.c, an example. Read next: relu.c. */
#pragma once

#include "base/error.h"
#include "keys/key.h"
#include "tensor/tensor.h"

enum { LAYER_PARAMS = 2, LAYER_CACHED = 6, LAYER_ATTRIBUTES = 2 };

/* A trained tensor and its gradient: views into the model's theta and grad. */
struct param {
    const char *name; /* as torch.nn calls it: "weight", "bias" */
    bool vector;      /* 1 x n, stored as shape [n]; a matrix (in x out) is stored as [out][in] */
    struct tensor value, grad;
};

struct layer {
    const struct layer_type *type;
    int index;           /* its position in the model, from 0 */
    const void *options; /* from the config, as type->kind.keys describe */
    int in, out;         /* features per sample */
    int nparams;
    int ntrained; /* of these, how many are trained: all, or none if the layer is frozen */
    struct param params[LAYER_PARAMS];

    /* What forward saves for backward and gradient besides x and y: matrices with one row per row
     * of the batch. A pass touches only its own rows. Most layers need none. */
    int ncached;
    struct tensor cached[LAYER_CACHED];
};

/* A key of every layer with parameters, whose options have a `bool frozen`. */
#define FROZEN_KEY(of)                                                                             \
    BOOL_KEY(of, frozen, "false", "keep the parameters as they are: no gradient, no update")

/* A pass takes some rows of a batch through the layers, forward or backward. Outside training, only
 * x matters; in training, dropout also draws its masks from seed, step, layer and row. */
struct pass {
    int first, rows; /* which rows of the batch: first .. first + rows - 1 */
    bool training;
    uint64_t seed;
    long long step; /* of the run, from 1 */
};

/* What a layer computes, element by element, written for readers: `onehot explain` fills in names
 * and numbers, and a test compares the results with the layer's own. The texts follow
 * explain/formula.h, and use x, y, dx and dy, the parameters by their symbols, the options by their
 * keys, and N, the number of samples in the batch; a text without " = " is prose. They give
 * the mathematical definition: the code may compute it differently, to avoid overflow in exp or the
 * logarithm of 0. All may be NULL. */
struct layer_formula {
    const char *forward, *backward; /* y; dx */
    struct {
        const char *symbol, *gradient; /* "W"; its gradient */
    } params[LAYER_PARAMS];
    bool mask; /* the names include mask: the layer's output if x is all ones */
};

struct layer_type {
    struct kind kind; /* its name and hyperparameters; with parameters, FROZEN_KEY among them */
    struct layer_formula formula; /* what explain shows */

    /* What other modules need to know about a layer, so that none of them checks its name. */
    bool nondifferentiable; /* the derivative jumps at x = 0: no finite difference across it */
    bool can_die;  /* a unit whose output is 0 for every sample has no gradient, so it stays 0 */
    bool affine;   /* y = x W + b: W (in x out) is its first parameter, b, if any, its second */
    bool identity; /* y = x outside training */
    uint8_t not_in_gradient; /* bit k: gradient does not read cached[k]; ranks need not send it */

    /* How a function of single elements is exported. In C, it is the body of
     *     float @_NAME(float x, float OPTION, ...)
     * with the bits of forward; @ stands for the model, and the body may call @_exp and
     * @_tanh_double, which are double. In ONNX, it is an operator and the names of its attributes.
     * The options, like the attributes, are all keys of the layer in order, which must be reals. */
    struct {
        const char *c, *onnx, *onnx_attributes[LAYER_ATTRIBUTES];
    } element;

    /* For a layer that cannot be exported: what can be exported instead, as the end of a sentence.
     * NULL if the layer is affine, an identity, or a function of single elements. */
    const char *export_instead;

    /* From l->in and the options, sets l->out, the name and shape of each parameter, ncached and
     * the columns of each cached matrix. If it fails, the error is the end of a sentence that the
     * model begins with the layer's name. NULL means out = in, no parameters, nothing cached. */
    int (*infer)(struct layer *l, struct error *e);

    /* Fills the parameters with their initial values. Parameter k draws from the random stream
     * first + k. NULL if there are no parameters. */
    void (*init)(struct layer *l, uint64_t seed, uint32_t first);

    /* y (N x out) from x (N x in), for the N rows of the pass. */
    void (*forward)(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y);

    /* dx (N x in) from dy (N x out), with the same pass, x, y and cached as in forward. As in
     * forward, a row of dx depends only on the same row of the others. For the first trained layer,
     * whose dx is not needed, it is called only if that layer caches something. */
    void (*backward)(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx);

    /* Rows first .. first + grad.rows - 1 of the gradient of parameter k, from all rows of x, dy
     * and cached. Overwrites only grad, since other rows are computed at the same time. NULL if
     * there are no parameters. */
    void (*gradient)(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                     struct tensor grad);

    /* The same rows of parameter k, moved by -rate times that gradient: the same bits as gradient
     * and then the step of sgd, but the gradient is never stored. Returns false, and does nothing,
     * where it cannot. NULL: it never can. */
    bool (*descend)(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                    real rate, struct tensor value);

    /* After forward: the attention weights of the sample in this row of the batch, one T x T matrix
     * per head, stacked. Row t says how token t distributes its attention over the T tokens; it
     * sums to 1. NULL if the layer has no attention. */
    struct tensor (*attention_weights)(const struct layer *l, int row);
};

extern const struct layer_type linear_layer;
/* All layers, ending with NULL: the table in layers.c. */
extern const struct kind *const layers_kinds[];
