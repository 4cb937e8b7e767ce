/* One training step, with every number that it computes, in the order of computation.
 *
 * The numbers are the trainer's own: train_step takes the step, and the trace shows what it leaves
 * in the model (act, delta, p, losses, grad, theta) and in the optimizer. The formulas next to them
 * are text (formula.h), from the rows of the layers, the loss and the optimizer. */
#pragma once

#include "explain/quantity.h"
#include "train/train.h"

enum stage_part { STAGE_FORWARD, STAGE_LOSS, STAGE_BACKWARD, STAGE_UPDATE, STAGE_PARTS };
extern const char *const stage_parts[STAGE_PARTS]; /* "forward", ... */

/* What one function computes, or the input: some of the quantities. */
struct stage {
    enum stage_part part;
    const char *title;  /* "layer 0, linear" */
    const char *source; /* "src/layers/linear.c: forward" */
};

struct trace {
    const struct training *training;
    int n, *samples; /* how many, and which of the training split */
    double loss;     /* the mean, as the trainer reports it */
    struct update update;
    const struct quantity *quantities; /* in a list, stage by stage */
    struct arena arena;
};

/* Takes the first step of the training on the samples order[0 .. n - 1] of its order, n at most its
 * batch size; then restores the theta from before the step. Free s->arena, even after a failure. */
ERROR_CHECKED int trace_step(struct trace *s, struct training *t, int n, struct error *e);
