/* Diagnoses a training run: why it failed, which problems its first epoch shows, and what to try.
 * This never changes a result: it reads parameters and, between two steps, evaluates the model. */
#pragma once

#include "train/train.h"

/* Records that the loss of the last step, which had n samples, is not finite, or for step 0 (n =
 * 0), the validation loss; when, in which layer first, and the likely causes. Returns -1. */
int diagnosis_loss(const struct training *t, const struct train_epoch *row, int step, int n,
                   struct error *e);

/* Fails if a parameter is not finite, otherwise returns 0. */
ERROR_CHECKED int diagnosis_parameters(const struct training *t, const struct train_epoch *row,
                                       struct error *e);

/* The update-to-weight ratio |after - before| / |before| of a layer, where `before` is theta before
 * a step; NaN if the layer has no weights or all are 0. About 1e-3 is usual (CS231n, "Ratio of
 * weights:updates", cs231n.github.io/neural-networks-3); outside these bounds, it is suspect. */
double diagnosis_update(const struct model *m, int layer, const real *before);
#define DIAGNOSIS_MIN_UPDATE 1e-5
#define DIAGNOSIS_MAX_UPDATE 1e-1

/* How well the model does on some training samples, spread evenly over the set. */
struct diagnosis_probe {
    int count, errors;
    double loss;
    double baseline; /* loss with all parameters 0: log K for K classes, log 2 if multi-label */
    double input;    /* root mean square of the input values */
    double chance;   /* the accuracy of always predicting the largest class */
    int *dead; /* [layer]: units whose output is always 0, if they are the majority; otherwise 0 */
};

ERROR_CHECKED int diagnosis_probe(struct diagnosis_probe *s, struct training *t, struct arena *a,
                                  struct error *e);

/* ---- warnings, after the first epoch only ---- */

struct diagnosis {
    struct training *training;
    struct string_list warnings; /* each a complete sentence: the problem, and what to try */
    real *before;       /* theta before the last whole batch of the first epoch; until then 0 */
    double *update;     /* [layer]: diagnosis_update of that step */
    struct arena arena; /* owns all of these */
};

/* Call these before the first step, after each step, and after the first epoch, which fills
 * d->warnings. Free d->arena at the end, even on failure. */
ERROR_CHECKED int diagnosis_begin(struct diagnosis *d, struct training *t, struct error *e);
void diagnosis_step(struct diagnosis *d, int epoch, int step);
ERROR_CHECKED int diagnosis_epoch(struct diagnosis *d, struct error *e);
