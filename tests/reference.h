/* Reads the reference vectors (tests/reference, or $REFERENCE): JSON files of cases, computed by
 * PyTorch in float64. Every accessor fails the test if the file does not have the value. */
#ifndef ONEHOT_TESTS_REFERENCE_H
#define ONEHOT_TESTS_REFERENCE_H

#include "base/arena.h"
#include "tensor/tensor.h"

#include <cjson/cJSON.h>

/* Holds everything that the accessors return and that a case needs; emptied after each case. */
extern struct arena reference_arena;

/* Calls f for each case of FILE.json; fails the test if there are none. */
void reference_each(const char *file, void (*f)(const cJSON *c));

/* The matrix or vector (as one row) with that name, rounded to real. */
struct tensor reference_tensor(const cJSON *c, const char *name);

/* The same values unrounded, as one flat list. */
double *reference_values(const cJSON *c, const char *name, int *count);

double reference_number(const cJSON *c, const char *name);
double reference_number_or(const cJSON *c, const char *name, double otherwise);
int *reference_labels(const cJSON *c, const char *name);

#endif
