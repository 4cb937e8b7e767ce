/* onehot gradcheck: checks a config's own model and data before they are trained. Only the double
 * build, onehot-f64, has it.
 *
 *   gradients.h   compares backward with finite differences, for every tensor of a model
 *   sanity.c      the classic checks of everything around the gradients
 *   mutation.h    plants a bug in the model, to be found from the results
 *   print.c       prints the results */
#pragma once

#include "gradcheck/gradients.h"
#include "gradcheck/mutation.h"
#include "train/diagnosis.h"

enum {
    GRADCHECK_STAGES = 2,
    GRADCHECK_SANITY = 7,
    GRADCHECK_STEPS = 50,  /* of training, for the second stage and one sanity check */
    GRADCHECK_ORDER = 20,  /* minimum number of samples to check their order ... */
    GRADCHECK_LABELS = 50, /* ... and their labels: with fewer, chance alone may fail the check */
};

/* The result of a sanity check. */
struct sanity {
    const char *name;
    double value; /* NaN if the check does not apply */
    char measured[32], wanted[32];
    enum verdict verdict;
};

struct gradcheck {
    struct training *training;       /* new; cannot be used afterwards */
    const struct mutation *mutation; /* to plant first, or NULL */

    /* What gradcheck_run fills. */
    bool shuffled;                  /* as the config says, before a mutation changes it */
    int samples;                    /* to check the gradients with */
    int steps;                      /* of training so far */
    struct diagnosis_probe initial; /* before them */
    int stages; /* at initialisation, and after GRADCHECK_STEPS steps if all succeeded */
    struct gradients gradients[GRADCHECK_STAGES];
    struct sanity sanity[GRADCHECK_SANITY];
    int checks, wrong;  /* applicable rows, and how many of them are wrong */
    struct arena arena; /* owns what these point to */
};

/* Runs all checks. Free g->arena afterwards, even after a failure. */
ERROR_CHECKED int gradcheck_run(struct gradcheck *g, struct error *e);

/* Gathers g->samples samples of the first epoch's order, from `first` on, in act[0] and target. */
void gradcheck_gather(struct gradcheck *g, int first);

/* The sanity checks. Fills g->sanity, and leaves the training after g->steps steps. */
ERROR_CHECKED int sanity_run(struct gradcheck *g, struct error *e);

/* Print the results: tables for people, JSON for programs. */
ERROR_CHECKED int print_tables(const struct gradcheck *g, struct error *e);
ERROR_CHECKED int print_json(const struct gradcheck *g, struct error *e);

/* Prints the names of the mutations, with descriptions. */
ERROR_CHECKED int print_mutations(bool as_json, struct error *e);
