/* Mutations: planted bugs, for the user to find from the tables of gradcheck (--sabotage). Each is
 * a bug that people really write: a wrong version of one function, which replaces the correct one
 * in a training. The files of the framework itself know nothing about it. */
#pragma once

#include "train/train.h"

struct mutation {
    const char *name, *line; /* for --sabotage, and a description of the bug */

    /* The check that finds it: a row of sanity.c, "gradients", or "gradients later" for those that
     * are correct at first and wrong after some steps. And the tensor with wrong gradients,
     * "weight" or "bias"; NULL: any. */
    const char *check, *tensor;

    /* What the training needs for the bug to have an effect: layers of this type, this loss, ... */
    const char *layer, *loss;
    bool hidden_layer, wide_layer; /* two layers with parameters; a layer with many inputs */
    bool new_model;                /* initial weights, not trained ones */
    bool batches, pictures;        /* more than one sample per batch; pixels */
    bool shuffled;                 /* epochs in random orders, of enough samples to tell */
    int samples;                   /* at least */

    /* Functions that replace the layer's own if they are not NULL; mutation_layer has the
     * originals. */
    struct layer_type functions;

    /* Change the results of the correct loss: p and losses, dz. */
    void (*loss_forward)(double temperature, struct tensor z, const struct target *t,
                         struct tensor p, real *losses);
    void (*loss_backward)(struct tensor p, int batch, struct tensor dz);

    /* Replaces the optimizer's. */
    void (*step)(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state);

    /* Changes a training, or its data, before it begins. Trainings share data, which is changed
     * again for each of them. */
    void (*training)(struct training *t);
};

/* All mutations, in mutations.c; ends with a row without a name. */
extern const struct mutation mutations_table[];

/* The mutation of that name; of the name "random", one that fits this training, drawn by its seed.
 * Fails if there is none, or if the training lacks what the mutation needs. */
ERROR_CHECKED int mutation_choose(const char *name, const struct training *t,
                                  const struct mutation **m, struct error *e);

/* Plants the mutation in a training. The arena must outlive the training. */
ERROR_CHECKED int mutation_plant(const struct mutation *m, struct training *t, struct arena *a,
                                 struct error *e);

/* A layer's type while a mutation is planted in it. */
struct mutated_layer {
    struct layer_type type; /* first: layer.type points to it */
    const struct layer_type *right;
    struct tensor first_x; /* for stale activations: x of the first batch */
};

static inline const struct mutated_layer *mutation_layer(const struct layer *l) {
    return (const struct mutated_layer *)(const void *)l->type;
}
