/* What each layer, loss and optimizer computes, as formulas that a reader can follow: a row each,
 * by its name in configs. Tests walk the tables of layers, losses and optimizers, put the numbers
 * of a real step into the formulas, and compare: one without a row here, or with a wrong one,
 * cannot land.
 *
 * A formula is as formula.h says. Besides the names below, one may use the row's options by their
 * keys, and N, the samples in the batch. Text without " = " is words: what no formula of single
 * elements tells is explained by it alone. */
#ifndef ONEHOT_EXPLAIN_EQUATIONS_H
#define ONEHOT_EXPLAIN_EQUATIONS_H

#include "layers/layer.h"
#include "optim/optim.h"

struct equations_param {
    const char *name, *symbol; /* as the layer and as a reader calls it: "weight", "W" */
    const char *gradient;      /* grad, of x and dy */
};

struct equations_layer {
    const char *name;
    const char *forward;  /* y, of x and the parameters */
    const char *backward; /* dx, of dy, x, y and the parameters */
    bool mask; /* y = mask * x: the names include mask, the layer's own output for ones */
    struct equations_param params[LAYER_PARAMS];
};

struct equations_loss {
    const char *name;
    bool one_output;   /* of two classes: z has one column, the second class's; p and y have two */
    const char *q, *s; /* of a loss with a teacher, of its logits t and of z: its temperature's */
    const char *p, *loss; /* of z, y (the target: N x K), S (its sums: N), K, q and s */
    const char *gradient; /* dz, of these and p */
};

struct equations_optim {
    const char *name;
    struct {
        const char *name;   /* the state before the step; NAME' is the one after it */
        const char *update; /* of theta, grad, and the states before the step */
        const char *only;   /* a key: the state is kept only where that option is not 0 */
    } states[OPTIM_VECTORS];
    const char
        *theta; /* theta', of theta, grad, the states, learning_rate and t, the step's number */
};

/* The row of that name, or NULL. */
const struct equations_layer *equations_layer(const char *name);
const struct equations_loss *equations_loss(const char *name, bool one_output);
const struct equations_optim *equations_optim(const char *name);

#endif
