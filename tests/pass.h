/* Complete forward and backward passes in one call; train.c divides them among threads. */
#ifndef ONEHOT_TESTS_PASS_H
#define ONEHOT_TESTS_PASS_H

#include "model/model.h"

#include <check.h>
#include <string.h>

/* The pass of a training step, always the same step. */
static inline struct pass pass_training(int rows) {
    return (struct pass){.rows = rows, .training = true, .seed = 5, .step = 3};
}

/* Finds the layer type of this name, or fails the test. */
static inline const struct layer_type *pass_layer_type(const char *name) {
    for (int i = 0; layers_kinds[i]; i++)
        if (strcmp(layers_kinds[i]->name, name) == 0)
            return KIND_ROW(layer_type, layers_kinds[i]);
    ck_abort_msg("there is no layer %s", name);
    return NULL;
}

static inline void pass_layer_forward(const struct layer *l, struct tensor x, struct tensor y) {
    struct pass pass = pass_training(x.rows);
    l->type->forward(l, &pass, x, y);
}

/* Everything that a layer's backward computes: dx and the gradient of every parameter. */
static inline void pass_layer_backward(const struct layer *l, struct tensor x, struct tensor y,
                                       struct tensor dy, struct tensor dx) {
    struct pass pass = pass_training(x.rows);
    l->type->backward(l, &pass, x, y, dy, dx);
    for (int k = 0; k < l->nparams; k++)
        l->type->gradient(l, k, x, dy, 0, l->params[k].grad);
}

/* The sum of the losses of rows 0 .. n - 1. */
static inline double pass_forward(struct model *m, int n) {
    struct pass pass = pass_training(n);
    model_forward(m, &pass);
    model_loss(m, &pass);
    return model_add_losses(m, n, 0);
}

/* Computes all of grad, after pass_forward. */
static inline void pass_backward(struct model *m, int n) {
    struct pass pass = pass_training(n);
    model_backward(m, &pass, n);
    model_gradients(m, n);
}

#endif
