/* One training step, with every number that it computes, in the order of computation.
 *
 * The numbers are the trainer's own: train_step takes the step, and the trace shows what it leaves
 * in the model (act, delta, p, losses, grad, theta) and in the optimizer. The formulas (formula.h)
 * come from the table rows of the layers, the loss and the optimizer. */
#pragma once

#include "explain/formula.h"
#include "train/train.h"

enum stage_part { STAGE_FORWARD, STAGE_LOSS, STAGE_BACKWARD, STAGE_UPDATE, STAGE_PARTS };
extern const char *const stage_parts[STAGE_PARTS]; /* "forward", ... */

/* A part of the list of quantities: the input, or what one function computes. */
struct stage {
    enum stage_part part;
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
    bool failed;               /* out of memory */
    struct quantity spare;     /* then stands in for every quantity */
};

/* Takes the training's first step, on the samples order[0 .. n - 1] of its order, n at most its
 * batch size; then restores the theta from before the step. Free s->arena, even after a failure. */
ERROR_CHECKED int trace_step(struct trace *s, struct training *t, int n, struct error *e);

/* ---- for stages.c, which builds the list ---- */

void stages_build(struct trace *s);

/* Allocate memory of the trace. If it runs out, they set `failed` and return NULL (for a text, "";
 * for a tensor, one without rows), as do all later calls. A new tensor is zeroed. */
void *trace_alloc(struct trace *s, size_t count, size_t size);
const char *trace_text(struct trace *s, const char *format, ...) ERROR_PRINTF(2, 3);
struct tensor trace_tensor(struct trace *s, int rows, int cols);

/* Binds a name to a quantity or, if that is NULL, to a number. */
void trace_bind(struct trace *s, const char *name, const struct quantity *q, double number);

/* Forgets all names, then binds the options, by their keys, and N. */
void trace_bind_options(struct trace *s, const struct kind *row, const void *options);

/* The number that a name is bound to, or 0. */
double trace_option(const struct trace *s, const char *name);

/* Begins a stage of these functions, "forward", in the file "linear" of src/layers. */
void trace_stage(struct trace *s, enum stage_part part, const char *title, const char *folder,
                 const char *file, const char *functions);

/* Adds a quantity to the newest stage; later formulas can use its name. `by` is its formula, or
 * words; if it is NULL, `words` describe it. */
struct quantity *trace_add(struct trace *s, const char *name, struct tensor value, const char *by,
                           const char *words);

/* The part of a vector as long as theta that belongs to a parameter. */
struct tensor trace_view(const struct trace *s, const real *vector, const struct param *p);
