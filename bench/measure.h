/* A workload's figures: how fast one thread and all threads are, and where the time goes. */
#ifndef ONEHOT_BENCH_MEASURE_H
#define ONEHOT_BENCH_MEASURE_H

#include "steps.h"
#include "workload.h"

enum { MEASURE_RUNS = 2 };

struct measure_run {
    int threads;
    double rate, best; /* samples a second: the median of the repetitions, and the largest */
};

struct measure {
    const struct workload *workload;
    int batch_size;
    double flops; /* a sample, counted dense */
    double loss;  /* steps_loss */
    int runs;
    struct measure_run run[MEASURE_RUNS]; /* one thread; then, where that is not 1, `threads` */
    double spent[PHASES];                 /* steps_time */
};

/* Takes `seconds` of steps for each number of threads, and half as long for the phases. */
ERROR_CHECKED int measure_workload(struct measure *r, const struct workload *w, int threads,
                                   double seconds, struct error *e);

#endif
