/* Whole passes, in one call: what train.c shares out over threads. */
#ifndef ONEHOT_TESTS_PASS_H
#define ONEHOT_TESTS_PASS_H

#include "model/model.h"

/* All that a layer's backward gives: dx, and every parameter's gradient. */
static inline void pass_layer_backward(const struct layer *l, struct tensor x, struct tensor y,
                                       struct tensor dy, struct tensor dx) {
    l->type->backward(l, x, y, dy, dx);
    for (int k = 0; k < l->nparams; k++)
        l->type->gradient(l, k, x, dy, 0, l->params[k].grad);
}

/* The sum of the losses of rows 0 .. n - 1. */
static inline double pass_forward(struct model *m, int n) {
    model_forward(m, 0, n);
    model_loss(m, 0, n);
    return model_add_losses(m, n, 0);
}

/* All of grad, after pass_forward. */
static inline void pass_backward(struct model *m, int n) {
    model_backward(m, 0, n, n);
    for (int i = 0; i < m->npieces; i++)
        model_gradient(m, n, &m->pieces[i]);
}

#endif
