/* When two floats count as equal. */
#pragma once

#include "tensor/tensor.h"

#include <stdbool.h>

/* The largest error allowed in the elements of a tensor that should equal `want`. */
double tolerance_for(struct tensor want);

/* Whether got is within the tolerance of want. NaN equals NaN. */
bool tolerance_allows(real got, real want, double tolerance);

/* The first element that differs, or -1. */
int tolerance_difference(struct tensor got, struct tensor want);
