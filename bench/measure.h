/* Measures a workload: the speed with one thread and with all threads, and where the time goes. */
#ifndef ONEHOT_BENCH_MEASURE_H
#define ONEHOT_BENCH_MEASURE_H

#include "steps.h"
#include "workload.h"

enum { MEASURE_RUNS = 2 };

struct measure_run {
    int threads;
    double rate, best;  /* samples per second: the median of the repetitions, and the maximum */
    double undisturbed; /* what one step in ten exceeds: median */
};

struct measure {
    const struct workload *workload;
    int batch_size;
    double flops; /* per sample, counting all products: the sum of demand */
    double loss;  /* steps_loss */
    int runs;
    struct measure_run run[MEASURE_RUNS]; /* one thread; then `threads`, if that is not 1 */
    double spent[PHASES];                 /* steps_time */
    struct demand demand[PHASES];
    double products, slowest, fastest; /* machine_products between the runs: median, extremes */
};

/* Runs steps for `seconds` per number of threads, and half as long for the phases. */
ERROR_CHECKED int measure_workload(struct measure *r, const struct workload *w, int threads,
                                   double seconds, struct error *e);

#endif
