/* One training step, with every number that it computes, in the order of computation.
 *
 * The numbers are the trainer's: train_step takes the step, and what it leaves in the model (act,
 * delta, p, losses, grad, theta) and the optimizer is what is shown. The formulas beside them are
 * text (formula.h). */
#ifndef ONEHOT_EXPLAIN_STEP_H
#define ONEHOT_EXPLAIN_STEP_H

#include "explain/formula.h"
#include "train/train.h"

enum stage_part { STAGE_FORWARD, STAGE_LOSS, STAGE_BACKWARD, STAGE_UPDATE, STAGE_PARTS };
extern const char *const stage_parts[STAGE_PARTS]; /* "forward", ... */

/* What one function computes, or the input: some of the quantities. */
struct stage {
    enum stage_part part;
    const char *title;  /* "layer 0, linear" */
    const char *source; /* "src/layers/linear.c: forward"; NULL: none */
    int layer;          /* -1: none */
    int first, count;   /* of the quantities */
};

struct step_shown {
    const struct training *training;
    int n, *samples; /* how many, and which of the training split */
    double loss;     /* the mean, as the trainer reports it */
    struct update update;
    int nquantities, nstages;
    struct quantity *quantities;
    struct stage *stages;
    const real *new_theta; /* the model's theta and grad are those before the update and clipping */
    struct arena arena;
};

/* Takes the first step of the training on the samples order[0 .. n - 1] of its order, n at most its
 * batch size; then leaves the model with the theta from before. Free by step_free, after a failure,
 * too. */
ERROR_CHECKED int step_show(struct step_shown *s, struct training *t, int n, struct error *e);
void step_free(struct step_shown *s);

/* The stage in which a quantity is computed or first needed. */
const struct stage *step_stage(const struct step_shown *s, const struct quantity *q);

/* The quantity of that name, or NULL. */
const struct quantity *step_find(const struct step_shown *s, const char *name);

#endif
