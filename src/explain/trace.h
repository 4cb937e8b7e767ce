/* One training step, with every number that it computes, in the order of computation.
 *
 * The numbers are the trainer's own: train_step takes the step, and the trace shows what it leaves
 * in the model (act, delta, p, losses, grad, theta) and in the optimizer. The formulas (formula.h)
 * come from the table rows of the layers, the loss and the optimizer. */
#pragma once

#include "explain/formula.h"
#include "train/train.h"

/* A part of the list of quantities: the input, or what one function computes. */
struct stage {
    const char *part;   /* "forward", "loss", "backward" or "update" */
    const char *title;  /* "layer 0, linear" */
    const char *source; /* "src/layers/linear.c: forward" */
};

/* What later stages need to know about a layer: its input, and the rest if it has them. */
struct trace_layer {
    const struct quantity *x, *mask;
    const struct quantity *value[LAYER_PARAMS], *grad[LAYER_PARAMS]; /* grad: clipped at the end */
};

struct trace {
    struct training *training;
    struct model *m; /* its model, with the target of the step */
    int n;           /* samples, the first in the training's order */
    double loss;     /* the mean, as the trainer reports it */
    struct update update;
    const struct quantity *quantities; /* a list, stage by stage */
    struct arena arena;

    /* While it is built: */
    const struct binding *scope;  /* the names that the next formula may use */
    const struct quantity *delta; /* the newest gradient of an activation */
    struct trace_layer *layers;   /* [nlayers + 1]: the last has only an input, the logits */
    const real *theta, *clipped;  /* after the step; the clipped grad, NULL without clipping */
    const real *old_state[OPTIM_VECTORS];
    const struct stage *stage; /* the newest */
    struct quantity *last;     /* the newest, or NULL */
    bool failed;               /* memory has run out */
    struct quantity spare;     /* which then stands in for every quantity */
};

/* Takes the training's next step, on the samples order[0 .. n - 1] of its order, n at most its
 * batch size; then restores the theta from before the step. Free s->arena, even after a failure. */
ERROR_CHECKED int trace_step(struct trace *s, struct training *t, int n, struct error *e);

/* stages.c: builds the list, unless s->failed. */
void stages_build(struct trace *s);
