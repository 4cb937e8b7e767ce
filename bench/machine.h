/* Measures the machine's peak on one core, with which bench.c compares training. */
#ifndef ONEHOT_BENCH_MACHINE_H
#define ONEHOT_BENCH_MACHINE_H

#include "base/error.h"
#include "base/platform.h"

struct machine {
    char cpu[PLATFORM_CPU_NAME];
    int cpus;    /* online */
    int bits;    /* width of the vectors that the peak was measured with */
    double peak; /* GFLOP/s of fused multiply-adds on floats; each counts as two */
    double
        memory; /* GB/s, read and written, of theta -= rate * grad on vectors too large to cache */
};

/* GFLOP/s of a matrix product on data in the L2 cache, over `seconds`. In turns with another
 * measurement, it shows whether the machine was disturbed: other processes, or a neighbour on the
 * host, slow it down as they slow training down, which the best moment, `peak`, does not show. */
double machine_products(double seconds);

/* Takes about a second, and the memory of two large vectors. */
ERROR_CHECKED int machine_measure(struct machine *m, struct error *e);

#endif
