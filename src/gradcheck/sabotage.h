/* Mistakes, each a real one that students make and computed as they would: a wrong version of one
 * function, which takes the right one's place in a training. The layers' own files know nothing of
 * this. For finding them from gradcheck's table. */
#pragma once

#include "train/train.h"

struct sabotage {
    const char *name, *line;

    /* Which check fails by it: the name of a row of sanity.h, or "gradients", of this tensor where
     * one is named, "weight" or "bias"; or "gradients later": right at first, and wrong after some
     * steps. */
    const char *check, *tensor;

    /* What it is a mistake in: layers of this type, this loss, a model with a hidden layer, initial
     * weights that are no trained ones, a layer of many inputs, batches of more than one sample,
     * pictures. */
    const char *layer, *loss;
    bool hidden, initial, wide, batch, pictures;

    /* What takes the place of the function of this name, ... */
    void (*forward)(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y);
    void (*backward)(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx);
    void (*gradient)(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                     struct tensor grad);
    void (*loss_forward)(const void *options, bool training, struct tensor z,
                         const struct target *t, struct tensor p, real *losses);
    void (*loss_backward)(const void *options, struct tensor z, struct tensor p,
                          const struct target *t, int batch, struct tensor dz);
    void (*step)(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state);

    /* ... or what is done to a training that is about to begin; once to its data. */
    void (*training)(struct training *t);
    void (*data)(struct training *t);
};

const struct sabotage *sabotage_row(int i);             /* NULL behind the last */
const struct sabotage *sabotage_find(const char *name); /* NULL: there is none */

/* One of those that are mistakes in this training, drawn by its seed. */
const struct sabotage *sabotage_random(const struct training *t);

/* Whether there is in this training what it is a mistake in. */
ERROR_CHECKED int sabotage_fits(const struct sabotage *s, const struct training *t,
                                struct error *e);

/* Puts the mistake into the data, which trainings share; and into one of them. What that needs is
 * in the arena, and has to live as long as the training. */
void sabotage_data(const struct sabotage *s, struct training *t);
ERROR_CHECKED int sabotage_training(const struct sabotage *s, struct training *t, struct arena *a,
                                    struct error *e);
