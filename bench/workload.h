/* What is trained for measuring: a config each, bench/NAME.json, on MNIST or on random pictures. */
#ifndef ONEHOT_BENCH_WORKLOAD_H
#define ONEHOT_BENCH_WORKLOAD_H

#include "train/train.h"

struct workload {
    const char *name;
    bool random; /* on random pictures, of which no pixel is 0 */
    const char *what;
};

/* Row i of the table of all workloads; NULL behind the last. */
const struct workload *workload_row(int i);

/* Its training, for up to `threads` threads. The caller frees; NULL on failure. */
ERROR_CHECKED struct training *workload_open(const struct workload *w, int threads,
                                             struct error *e);

/* The floating-point operations of a step, per sample, counted dense: two for each multiply-add of
 * the matrix products, whether its factors are zero or not. */
double workload_flops(const struct model *m);

#endif
