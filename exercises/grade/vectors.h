/* Cases out of tests/reference, which PyTorch computed in float64. */
#ifndef ONEHOT_EXERCISES_VECTORS_H
#define ONEHOT_EXERCISES_VECTORS_H

#include "base/arena.h"
#include "base/error.h"
#include "grade.h"

/* Calls f for each case of the exercise's file that is one for it: with v, of which what goes in is
 * filled, and want, of which what should come out is. Both live in the arena. */
ERROR_CHECKED int vectors_each(const struct exercise *x, struct arena *a,
                               void (*f)(void *context, const struct values *v,
                                         const struct values *want),
                               void *context, struct error *e);

/* A matrix of a case, or a vector as one row; data is NULL where there is none. */
struct tensor vectors_tensor(const struct cJSON *c, const char *name, struct arena *a);

/* Of a case: whether a name says true; a number. */
bool vectors_true(const struct cJSON *c, const char *name);
double vectors_number(const struct cJSON *c, const char *name, double otherwise);

#endif
