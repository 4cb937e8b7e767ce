/* What the machine can do at most, measured: the yardstick beside which bench.c puts the training.
 * All of it on one core. */
#ifndef ONEHOT_BENCH_MACHINE_H
#define ONEHOT_BENCH_MACHINE_H

#include "base/cpus.h"
#include "base/error.h"

struct machine {
    char cpu[CPUS_NAME];
    int cpus;    /* that are online */
    int bits;    /* of the vectors that the peak was measured with */
    double peak; /* GFLOP/s of fused multiply-adds on floats; each counts as two */
    double
        memory; /* GB/s, read and written, of theta -= rate * grad on vectors too large to cache */
};

/* Takes about a second, and the memory of two large vectors. */
ERROR_CHECKED int machine_measure(struct machine *m, struct error *e);

#endif
