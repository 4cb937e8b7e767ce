/* Reads the cases in tests/reference, computed by PyTorch in float64. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "grade.h"

/* Calls f for each case in the exercise's file that suits the exercise, with the inputs in v and
 * the right outputs in want. Their data is in the arena. */
ERROR_CHECKED int vectors_each(const struct exercise *x, struct arena *a,
                               void (*f)(void *context, const struct values *v,
                                         const struct values *want),
                               void *context, struct error *e);

/* A matrix of a case, or a vector as a single row; data is NULL if the case has none. */
struct tensor vectors_tensor(const struct cJSON *c, const char *name, struct arena *a);

/* Whether a member of a case is true; the number of a member, or `otherwise`. */
bool vectors_true(const struct cJSON *c, const char *name);
double vectors_number(const struct cJSON *c, const char *name, double otherwise);
