/* onehot gradcheck: checks a config's own model and data before they are trained. Only the double
 * build, onehot-f64, has it.
 *
 *   gradients.h   compares backward with finite differences, for every tensor of a model
 *   sanity.c      the classic checks of everything around the gradients
 *   mutation.c    plants a bug in the model, to be found from the results; mutations.c has the bugs
 *   print.c       prints the results */
#pragma once

#include "gradcheck/gradients.h"
#include "train/diagnosis.h"

enum {
    GRADCHECK_STAGES = 2,
    GRADCHECK_SANITY = 7,
    GRADCHECK_STEPS = 50,  /* of training, for the second stage and one sanity check */
    GRADCHECK_ORDER = 20,  /* the fewest samples whose order is checked ... */
    GRADCHECK_LABELS = 50, /* ... and whose labels are: with fewer, chance may fail the check */
};

/* The result of a sanity check. */
struct sanity {
    const char *name;
    double value; /* NaN if the check does not apply */
    char measured[32], wanted[32];
    enum verdict verdict;
};

struct gradcheck {
    struct training *training;       /* new; cannot be used afterwards; its arena has the results */
    const struct mutation *mutation; /* to plant first, or NULL */

    /* The results. */
    bool shuffled;                  /* as the config says, before a mutation changes it */
    int samples;                    /* used to check the gradients */
    int steps;                      /* of training so far */
    struct diagnosis_probe initial; /* before the first */
    int stages; /* at initialisation, and after GRADCHECK_STEPS steps if all succeeded */
    struct gradients gradients[GRADCHECK_STAGES];
    struct sanity sanity[GRADCHECK_SANITY];
    int checks, wrong; /* rows that apply, and how many of them are wrong */
};

/* Runs the sanity checks. Leaves the training after g->steps steps. */
ERROR_CHECKED int sanity_run(struct gradcheck *g, struct error *e);

/* Gathers g->samples samples of the first epoch's order, from `first` on, in act[0] and target. */
void sanity_gather(struct gradcheck *g, int first);

/* Print the results: tables for people, JSON for programs, which may name the planted bug. */
ERROR_CHECKED int print_tables(const struct gradcheck *g, struct error *e);
ERROR_CHECKED int print_json(const struct gradcheck *g, bool reveal, struct error *e);

/* Prints the names of the mutations, with descriptions. */
ERROR_CHECKED int print_mutations(bool as_json, struct error *e);

/* ---- mutations: planted bugs (--sabotage) ----
 *
 * Each is a bug that people really write: a wrong version of one function, which replaces the
 * correct one in a training. The files of the framework itself know nothing about it. */

/* What a training needs for a bug to have an effect. */
enum {
    NEEDS_SOFTMAX = 1,   /* the loss softmax_cross_entropy */
    NEEDS_HIDDEN = 2,    /* two layers with parameters */
    NEEDS_WIDE = 4,      /* a layer with many inputs */
    NEEDS_NEW = 8,       /* initial weights, not trained ones */
    NEEDS_BATCHES = 16,  /* more than one sample per batch */
    NEEDS_IMAGES = 32,   /* pixels */
    NEEDS_SHUFFLED = 64, /* epochs in random orders, of enough samples to tell */
    NEEDS_SAMPLES = 128, /* enough samples to check their labels */
};

struct mutation {
    const char *name, *line; /* for --sabotage, and a description of the bug */

    /* The check that finds it: a row of sanity.c, "gradients", or "gradients later" for those that
     * are correct at first and wrong after some steps. The tensor whose gradients are wrong,
     * "weight" or "bias"; NULL: any. */
    const char *check, *tensor;

    unsigned needs;
    const char *layer; /* the type of the layers to plant it in; NULL: none */

    /* Functions that replace the layer's own if they are not NULL; mutation_layer has the
     * originals. */
    struct layer_type functions;

    /* Change the results of the correct loss: p and losses, dz. */
    void (*loss_forward)(double temperature, struct tensor z, const struct target *t,
                         struct tensor p, real *losses);
    void (*loss_backward)(struct tensor p, int batch, struct tensor dz);

    /* Replaces the optimizer's step. */
    void (*step)(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state);

    /* Changes a training, or its data, before it begins. Trainings share their data, which changes
     * again for each of them. */
    void (*training)(struct training *t);
};

/* All mutations, in mutations.c; ends with a row without a name. */
extern const struct mutation mutations_table[];

/* The mutation of that name; for "random", one that fits this training, drawn by its seed. Fails if
 * there is none, or if the training lacks what the mutation needs. */
ERROR_CHECKED int mutation_choose(const char *name, const struct training *t,
                                  const struct mutation **m, struct error *e);

/* Plants the mutation in a training. */
ERROR_CHECKED int mutation_plant(const struct mutation *m, struct training *t, struct error *e);

/* A layer's type while a mutation is planted in it. */
struct mutated_layer {
    struct layer_type type; /* first: layer.type points to it */
    const struct layer_type *right;
    struct tensor first_x; /* for stale activations: x of the first batch */
};

static inline const struct mutated_layer *mutation_layer(const struct layer *l) {
    return (const struct mutated_layer *)(const void *)l->type;
}
