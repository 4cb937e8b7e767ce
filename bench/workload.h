/* The benchmark's workloads: each is a config, bench/NAME.json, on MNIST or on random images. */
#ifndef ONEHOT_BENCH_WORKLOAD_H
#define ONEHOT_BENCH_WORKLOAD_H

#include "steps.h"

struct workload {
    const char *name;
    bool random; /* on random images without zero pixels */
    const char *what;
};

/* Row i of the table of workloads; NULL past the end. */
const struct workload *workload_row(int i);

/* Sets up its training for up to `threads` threads. The caller frees it; NULL on failure. */
ERROR_CHECKED struct training *workload_open(const struct workload *w, int threads,
                                             struct error *e);

/* What a phase of a step needs at least, per sample. */
struct demand {
    double flops; /* two for each multiply-add of the products, whether or not a factor is 0 */
    double bytes; /* from memory and to it: pixels, and weights that the core's own cache cannot
                   * hold */
};

void workload_demand(const struct training *t, struct demand d[PHASES]);

#endif
