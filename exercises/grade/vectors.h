/* Reads the cases in tests/reference, which PyTorch computed in float64. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "grade.h"

/* Calls f for each case in the exercise's file that suits it, with the inputs in v and the right
 * outputs in want. Their data is in the arena. */
ERROR_CHECKED int vectors_each(const struct exercise *x, struct arena *a,
                               void (*f)(void *context, const struct values *v,
                                         const struct values *want),
                               void *context, struct error *e);

/* A matrix of a case, or a vector as one row; data is NULL if there is none. */
struct tensor vectors_tensor(const struct cJSON *c, const char *name, struct arena *a);

/* Whether this member of a case is true; its number, or `otherwise`. */
bool vectors_true(const struct cJSON *c, const char *name);
double vectors_number(const struct cJSON *c, const char *name, double otherwise);
