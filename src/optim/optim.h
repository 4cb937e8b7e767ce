/* The contract of an optimizer: one step from the gradient, over flat vectors.
 *
 * A new optimizer is one file that ends in a const struct optim_type, and one row in optims.c. */
#ifndef ONEHOT_OPTIM_OPTIM_H
#define ONEHOT_OPTIM_OPTIM_H

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "tensor/tensor.h"

enum { OPTIM_VECTORS = 2 };

/* What all parameters of a step have in common. */
struct update {
    double learning_rate;
    long long step; /* its number: 1 for the first of a run */
};

struct optim_type {
    /* Its name and hyperparameters. The options begin with `double learning_rate`. */
    struct kind kind;

    int vectors; /* how many values it remembers per parameter, up to OPTIM_VECTORS */

    /* Moves theta (n) against grad (n). `state` holds `vectors` vectors of n, zero before the
     * first step; nothing else is remembered. Element i depends on nothing but element i. */
    void (*step)(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state);
};

struct optim {
    const struct optim_type *type;
    const void *options;
    real *state[OPTIM_VECTORS]; /* each of as many as there are parameters, in the arena */
};

/* Fills *o: an optimizer for n parameters, as the config chose it; its state lives in the arena. */
ERROR_CHECKED int optim_new(struct optim *o, struct spec choice, size_t n, struct arena *a,
                            struct error *e);

/* The learning rate of the config. */
double optim_learning_rate(const struct optim *o);

/* One step of the n parameters from `first` on: the whole vectors grad and theta are given. */
void optim_step(const struct optim *o, struct update update, size_t first, size_t n,
                const real *grad, real *theta);

/* The table of all optimizers, in optims.c. */
const struct optim_type *optims_type(int i);                  /* NULL behind the last */
const struct optim_type *optims_find(const struct kind *row); /* whose row it is */
const struct kind *optims_kind(int i);                        /* the same rows, for the config */

#endif
