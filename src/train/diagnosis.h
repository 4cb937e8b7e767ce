/* Diagnoses a training run, and suggests what to try: why it failed, and which problems its
 * first epoch shows.
 *
 * Nothing here changes a result: these functions read parameters, and run samples through the model
 * between two steps. */
#pragma once

#include "train/train.h"

/* ---- failures: each records one and returns -1 ---- */

/* The loss of the last step, which had n samples, is not finite, or for step 0, the validation loss
 * (n = 0). The error says when that was, in which layer it shows first, and the likely causes, the
 * likeliest first. */
int diagnosis_loss(const struct training *t, const struct train_epoch *row, int step, int n,
                   struct error *e);

/* Fails if a parameter is not finite, otherwise returns 0. */
ERROR_CHECKED int diagnosis_parameters(const struct training *t, const struct train_epoch *row,
                                       struct error *e);

/* ---- how far a step goes ---- */

/* |after - before| / |before| of a layer's weights, with `before` theta before a step; NaN if the
 * layer has no weights, or all are 0. About 1e-3 is usual (CS231n, "Ratio of weights:updates",
 * cs231n.github.io/neural-networks-3); a ratio outside these bounds deserves a look. */
double diagnosis_update(const struct model *m, int layer, const real *before);
#define DIAGNOSIS_MIN_UPDATE 1e-5
#define DIAGNOSIS_MAX_UPDATE 1e-1

/* ---- how well a model does ---- */

/* Some training samples, evenly spread, and how well the model does on them. */
struct diagnosis_probe {
    int count, errors;
    double loss;
    double baseline; /* with all parameters 0: log K for K competing classes, log 2 for labels */
    double input;    /* root mean square of the input values */
    double chance;   /* the accuracy of always predicting the largest class */
    int *dead; /* [layer]: units that could learn but output 0 for all of them; 0 unless they are
                  the majority */
};

/* The arena owns what *s points to. */
ERROR_CHECKED int diagnosis_probe(struct diagnosis_probe *s, struct training *t, struct arena *a,
                                  struct error *e);

/* ---- warnings, after the first epoch only ---- */

struct diagnosis {
    struct training *training;
    struct string_list warnings; /* each a complete sentence: the problem, and what to try */
    real *before;                /* theta before the last whole batch of the first epoch, ... */
    bool taken;                  /* ... once that was reached */
    double *update;              /* [layer]: diagnosis_update of that batch's step */
    struct arena arena;          /* owns all of these */
};

/* Before the first step. Free d->arena afterwards, even after a failure. */
ERROR_CHECKED int diagnosis_begin(struct diagnosis *d, struct training *t, struct error *e);

/* After each step. */
void diagnosis_step(struct diagnosis *d, int epoch, int step);

/* After the first epoch: fills d->warnings if there is something to warn about. */
ERROR_CHECKED int diagnosis_epoch(struct diagnosis *d, struct error *e);
