/* The contract of an optimizer: one step from the gradient, over flat vectors.
 *
 * A new optimizer is one file that ends in a const struct optim_type, and one row in optims.c. */
#ifndef ONEHOT_OPTIM_OPTIM_H
#define ONEHOT_OPTIM_OPTIM_H

#include "base/arena.h"
#include "config/key.h"
#include "tensor/tensor.h"

struct optim_type {
    /* Its name and hyperparameters. The options begin with `double learning_rate`. */
    struct variant row;

    int vectors; /* how many values it remembers per parameter */

    /* Moves theta (n) against grad (n). `state` holds `vectors` vectors of n, zero before the
     * first step. Element i depends on nothing but element i. */
    void (*step)(const void *options, real learning_rate, size_t n, const real *grad, real *theta,
                 real *state);
};

struct optim {
    const struct optim_type *type;
    const void *options;
    size_t n;
    real *state; /* in the arena */
};

/* An optimizer for n parameters, as the config chose it; its state lives in the arena.
 * `state` is NULL when memory is out. */
struct optim optim_new(struct object choice, size_t n, struct arena *a);

/* The learning rate of the config. */
double optim_learning_rate(const struct optim *o);

/* One step of theta (n) against grad (n), at this learning rate. */
void optim_step(struct optim *o, double learning_rate, const real *grad, real *theta);

/* The table of all optimizers, in optims.c. */
const struct optim_type *optims_type(int i);                     /* NULL behind the last */
const struct optim_type *optims_find(const struct variant *row); /* whose row it is */
const struct variant *optims_variant(int i);                     /* the same rows, for the config */

#endif
