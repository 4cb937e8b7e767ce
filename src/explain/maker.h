/* How a step's stages and quantities are put together, for the files that do it: pass.c and
 * update.c. */
#ifndef ONEHOT_EXPLAIN_MAKER_H
#define ONEHOT_EXPLAIN_MAKER_H

#include "explain/step.h"

enum { MAKER_SCOPE = 32 };

struct maker {
    struct step_shown *s;
    struct model *m;
    struct binding scope[MAKER_SCOPE]; /* the names that the next formula may use */
    int bound;
    const struct quantity **act, **delta;  /* [0 .. nlayers] */
    const struct quantity **value, **grad; /* [nlayers][LAYER_PARAMS]; grad is clipped */
    const struct quantity **mask;          /* [nlayers], of layers that have one */
    const real *old_state[OPTIM_VECTORS];
    const real *clipped; /* grad after clipping; NULL: there is none */
    bool failed;         /* memory is out */
};

/* Memory of the step: NULL, and failed, where it is out; then the text is "". */
void *maker_take(struct maker *k, size_t count, size_t size);
real *maker_copy(struct maker *k, const real *from, size_t n);
const char *maker_string(struct maker *k, const char *format, ...) ERROR_PRINTF(2, 3);

/* Lets a name stand for a quantity, or for a number where that is NULL. Of two alike the newer one
 * counts. */
void maker_bind(struct maker *k, const char *name, const struct quantity *q, double number);

/* Forgets all names, then binds the options, by their keys, and N. */
void maker_bind_options(struct maker *k, const struct kind *row, const void *options);

/* The number that a name stands for. */
double maker_option(const struct maker *k, const char *name);

/* Begins a stage, which is empty. */
void maker_stage(struct maker *k, enum stage_part part, int layer, const char *title,
                 const char *source);

/* Adds a quantity to the newest stage; `by` is its formula, or words. */
struct quantity *maker_add(struct maker *k, const char *name, struct tensor value, const char *by);

/* The rows of the batch. */
struct tensor maker_rows(const struct maker *k, struct tensor t);

/* The part of a vector as long as theta that belongs to a parameter. */
struct tensor maker_view(const struct maker *k, const real *vector, const struct param *p);

/* "src/FOLDER/NAME.c: FUNCTION" */
const char *maker_source(struct maker *k, const char *folder, const char *name,
                         const char *function);

/* The stages: forward, loss and backward; clipping and update. */
void pass_show(struct maker *k);
void update_show(struct maker *k);

#endif
