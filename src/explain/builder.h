/* Builds the stages of a trace and their quantities, for pass.c and update.c. */
#pragma once

#include "explain/formula.h"
#include "explain/trace.h"

/* What later stages need to know about a layer. */
struct builder_layer {
    const struct quantity *x;                                        /* its input */
    const struct quantity *value[LAYER_PARAMS], *grad[LAYER_PARAMS]; /* grad is clipped */
    const struct quantity *mask;
};

struct builder {
    struct trace *trace;
    struct model *m;
    const struct binding *scope;  /* the names that the next formula may use */
    const struct quantity *delta; /* the newest gradient of an activation */
    struct builder_layer *layers; /* [nlayers + 1]: the last has only an input, the logits */
    const real *theta, *clipped;  /* after the step; the clipped grad, NULL without clipping */
    const real *old_state[OPTIM_VECTORS];

    const struct stage *stage; /* the newest */
    struct quantity *last;     /* the newest; NULL: none yet */
    struct quantity spare;     /* stands in for every quantity after memory has run out */
    bool failed;               /* memory has run out */
};

/* Allocates memory of the trace. If it runs out, sets `failed` and returns NULL (for a text, ""),
 * as do all later calls. */
void *builder_alloc(struct builder *b, size_t count, size_t size);
const char *builder_text(struct builder *b, const char *format, ...) ERROR_PRINTF(2, 3);

/* Binds a name to a quantity or, if that is NULL, to a number. */
void builder_bind(struct builder *b, const char *name, const struct quantity *q, double number);

/* Forgets all names, then binds the options, by their keys, and N. */
void builder_bind_options(struct builder *b, const struct kind *row, const void *options);

/* The number that a name is bound to, or 0. */
double builder_option(const struct builder *b, const char *name);

/* Begins a stage: the functions are "forward" of "src/layers/linear.c". */
void builder_stage(struct builder *b, enum stage_part part, const char *title, const char *folder,
                   const char *file, const char *functions);

/* Adds a quantity to the newest stage; later formulas can use its name. `by` is its formula, or
 * words; if it is NULL, `words` describe it. */
struct quantity *builder_add(struct builder *b, const char *name, struct tensor value,
                             const char *by, const char *words);

/* The rows of the batch. */
struct tensor builder_rows(const struct builder *b, struct tensor t);

/* A new tensor of zeros; without data if memory has run out. */
struct tensor builder_tensor(struct builder *b, int rows, int cols);

/* The part of a vector as long as theta that belongs to a parameter. */
struct tensor builder_view(const struct builder *b, const real *vector, const struct param *p);

/* The stages: forward, loss and backward; clipping and update. */
void pass_build(struct builder *b);
void update_build(struct builder *b);
