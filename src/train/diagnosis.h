/* What is wrong with a training, and what to try: why it failed, and what its first epoch shows.
 *
 * Nothing here changes what is computed: it reads parameters, and runs samples through the model
 * between two steps. */
#ifndef ONEHOT_TRAIN_DIAGNOSIS_H
#define ONEHOT_TRAIN_DIAGNOSIS_H

#include "train/train.h"

/* ---- failures; all return -1 where they record one ---- */

/* The loss of a step, which was the last one made and had n samples, is not finite: says when, in
 * which layer it shows first, and the likely causes in their order. */
int diagnosis_loss(const struct training *t, const struct train_epoch *row, int step, int n,
                   struct error *e);

/* The same of the validation loss, at the end of the epoch. */
int diagnosis_validation(const struct training *t, const struct train_epoch *row, struct error *e);

/* Fails where a parameter is not finite. */
ERROR_CHECKED int diagnosis_parameters(const struct training *t, const struct train_epoch *row,
                                       struct error *e);

/* ---- how far a step goes ---- */

/* |after - before| / |before| of a layer's weights, from theta before a step and as it is now; NaN
 * where there are none, or none but 0. About 1e-3 is usual (CS231n, "Ratio of weights:updates",
 * cs231n.github.io/neural-networks-3), and outside of these something to look at. */
double diagnosis_update(const struct model *m, int layer, const real *before);
#define DIAGNOSIS_LEAST_UPDATE 1e-5
#define DIAGNOSIS_MOST_UPDATE  1e-1

/* ---- warnings, once, after the first epoch ---- */

struct diagnosis {
    struct training *training;
    struct string_list warnings; /* each a finished sentence: what was seen, and what to try */
    real *before;                /* theta before the last whole batch of the first epoch ... */
    bool taken;                  /* ... once it is there */
    double *update;     /* of each layer: how far that step moved its weights, as a share of
                           their size; NaN where there are none, or none but 0 */
    struct arena arena; /* owns all of these */
};

/* Before the first step. Free d->arena afterwards, after a failure too. */
ERROR_CHECKED int diagnosis_begin(struct diagnosis *d, struct training *t, struct error *e);

/* After each step. */
void diagnosis_step(struct diagnosis *d, int epoch, int step);

/* After the first epoch: fills d->warnings, if there is anything to warn of. */
ERROR_CHECKED int diagnosis_epoch(struct diagnosis *d, struct error *e);

#endif
