/* When two floats count as equal. */
#pragma once

#include "tensor/tensor.h"

#include <stdbool.h>

/* How far the elements of a tensor may be off that should be `want`. */
double tolerance_for(struct tensor want);

/* NaN equals NaN. */
bool tolerance_allows(real got, real want, double tolerance);

/* The first element that differs, or -1. */
int tolerance_difference(struct tensor got, struct tensor want);
