/* What the exercises about optimizers share. */
#pragma once

#include "grade.h"

enum { OPTIMIZER_GRAD }; /* the first argument */

/* Reads the first step of a case in tests/reference/optimizers.json: from `parameters`, with
 * gradients[0], to after[0]. `theta` is the index of that argument. Returns false if the case's
 * optimizer is another one. */
bool optimizer_first_step(const struct cJSON *c, struct arena *a, struct values *v,
                          struct values *want, int theta);
