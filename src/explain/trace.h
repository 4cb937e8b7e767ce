/* One training step, with every number that it computes, in the order of computation.
 *
 * The numbers are the trainer's own: train_step takes the step, and the trace shows what it leaves
 * in the model (act, delta, p, losses, grad, theta) and in the optimizer. The formulas (formula.h)
 * come from the table rows of the layers, the loss and the optimizer. */
#pragma once

#include "explain/formula.h"
#include "report/html.h"
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
    struct training *training; /* its arena has the trace */
    struct model *m;           /* its model, with the target of the step */
    int n;                     /* samples, the first in the training's order */
    double loss;               /* the mean, as the trainer reports it */
    struct update update;
    const struct quantity *quantities; /* a list, stage by stage */

    /* While it is built: */
    const struct binding *scope;  /* the names that the next formula may use */
    const struct quantity *delta; /* the newest gradient of an activation */
    struct trace_layer *layers;   /* [nlayers + 1]: the last has only an input, the logits */
    real *theta, *clipped;        /* after the step; the clipped grad, NULL without clipping */
    const real *old_state[OPTIM_VECTORS];
    const struct stage *stage; /* the newest */
    struct quantity *last;     /* the newest, or NULL */
    struct quantity spare;     /* stands in for those for which there is no memory */
};

/* Takes the training's next step, on the samples order[0 .. n - 1] of its order, n at most its
 * batch size; then restores the theta from before the step. */
ERROR_CHECKED int trace_step(struct trace *s, struct training *t, int n, struct error *e);

/* ---- output.c: a trace as JSON or a page, and output_text.c: as text ---- */

/* Matrices and sums of up to these sizes are written in full; larger ones are summarised. */
enum { OUTPUT_ELEMENTS = 32, OUTPUT_TERMS = 10 };

struct output {
    const struct trace *trace;
    struct style style;
    int width; /* columns of text */
    struct text *out;
};

/* Whether the matrix is small and its formulas can be written in full, without cutting a sum. */
bool output_complete(const struct quantity *q);

/* The element with the largest absolute value. */
size_t output_largest(const struct quantity *q);

/* The summary of a large matrix: "norm 2.1, from -0.4 to 0.3, 12 of 1,568 are 0". */
void output_summary(const struct output *o, const struct quantity *q, struct text *t);

/* Sets the grid by which to draw a matrix: its first column, as an image, if it has one row per
 * pixel; its first row if it has one column per pixel; otherwise its rows and columns. Returns
 * whether it is an image. */
bool output_grid(const struct output *o, const struct quantity *q, struct html_grid *g);

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7": the element, and its formula with the numbers inserted. */
void output_formula(const struct output *o, const struct quantity *q, size_t i, struct text *t);

/* For people: in `width` columns, with `digits` significant digits. */
void output_text(const struct trace *s, int width, int digits, struct text *t);

/* For programs: every number, with enough digits to distinguish it from every other float. */
void output_json(const struct trace *s, struct text *t);

/* For a browser: one self-contained HTML file, whose script draws the step from JSON. */
void output_page(const struct trace *s, int digits, struct text *t);
