/* How the time of a step grows with the units, the batch and the parameters of a model. */
#ifndef ONEHOT_BENCH_SCALING_H
#define ONEHOT_BENCH_SCALING_H

#include "steps.h"

/* Measures models of 10^4 to 10^8 parameters for `seconds` each, and prints a table and a plot. */
ERROR_CHECKED int scaling_print(double seconds, struct error *e);

#endif
