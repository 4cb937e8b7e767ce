/* The contract of an optimizer: one step along the gradient, over flat vectors.
 *
 * A new optimizer is one file, which ends in a const struct optim_type, and one row in optims.c. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "tensor/tensor.h"

enum { OPTIM_VECTORS = 2 };

/* The values that all parameters share in a step. */
struct update {
    double learning_rate;
    long long step; /* of the run, from 1 */
};

/* What an optimizer computes, written for readers, like layer_formula in layers/layer.h. The texts
 * use theta, grad, t (the step number) and the options; NAME' is the new value of NAME. */
struct optim_formula {
    struct {
        const char *name, *update; /* NAME' */
        const char *only;          /* a key: the state exists only if this option is not 0 */
    } states[OPTIM_VECTORS];
    const char *theta; /* theta' */
};

struct optim_type {
    /* Its name and hyperparameters. The options begin with `double learning_rate`. */
    struct kind kind;

    struct optim_formula formula;

    /* Whether, with these options, a step is theta - learning_rate grad and nothing else. NULL:
     * never. */
    bool (*is_descent)(const void *options);

    int vectors; /* state values per parameter, up to OPTIM_VECTORS */

    /* Moves theta (n) against grad (n). `state` holds `vectors` vectors of length n, which are zero
     * before the first step; there is no other state. Element i of the results depends only on
     * element i of each vector. */
    void (*step)(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state);
};

struct optim {
    const struct optim_type *type;
    const void *options;
    real *state[OPTIM_VECTORS]; /* each of nparams elements, in the arena */
};

/* Fills *o: the optimizer that the config chose, for n parameters. Its state lives in the arena. */
ERROR_CHECKED int optim_new(struct optim *o, struct spec choice, size_t n, struct arena *a,
                            struct error *e);

/* The learning rate in the config. */
double optim_learning_rate(const struct optim *o);

/* Whether a step is theta - learning_rate grad. */
bool optim_is_descent(const struct optim *o);

/* Takes one step for parameters first .. first + n - 1 of the whole vectors grad and theta. */
void optim_step(const struct optim *o, struct update update, size_t first, size_t n,
                const real *grad, real *theta);

/* A decaying sum or mean of gradients, without what is too small to change a parameter. If
 * gradients stay 0 for a long time, like those of pixels that are rarely lit, it would decay into
 * the subnormal numbers, which are slow on CPUs: on MNIST an update would take several times as
 * long. */
static inline real optim_not_tiny(real x) {
    return x < (real)0x1p-100 && x > (real)-0x1p-100 ? 0 : x;
}

/* All optimizers, ending with NULL: the table in optims.c. */
extern const struct kind *const optims_kinds[];
