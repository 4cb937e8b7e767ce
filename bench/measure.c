#include "measure.h"
#include "runs/training.h"

#include <math.h>
#include <stdlib.h>

enum { REPETITIONS = 7 };

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One thread and all threads alternate, repetition by repetition: a busy moment on the machine
 * affects both, and the median hides it. The first repetition of each only warms up. */
static void measure_rates(struct training *const *t, double seconds, struct measure *r) {
    double rates[MEASURE_RUNS][1 + REPETITIONS];
    for (int k = 0; k <= REPETITIONS; k++)
        for (int i = 0; i < r->runs; i++)
            rates[i][k] = steps_rate(t[i], seconds / REPETITIONS);
    for (int i = 0; i < r->runs; i++) {
        qsort(rates[i] + 1, REPETITIONS, sizeof *rates[i], ascending);
        r->run[i].rate = rates[i][1 + REPETITIONS / 2];
        r->run[i].best = rates[i][REPETITIONS];
    }
}

int measure_workload(struct measure *r, const struct workload *w, int threads, double seconds,
                     struct error *e) {
    struct training *t[MEASURE_RUNS] = {NULL};
    int status = -1;
    *r = (struct measure){.workload = w, .runs = threads > 1 ? MEASURE_RUNS : 1};
    for (int i = 0; i < r->runs; i++) {
        r->run[i].threads = i == 0 ? 1 : threads;
        t[i] = workload_open(w, r->run[i].threads, e);
        if (!t[i])
            goto done;
    }
    r->batch_size = t[0]->config.train.batch_size;
    r->flops = workload_flops(t[0]->model);
    r->loss = steps_loss(t[0]);
    if (!isfinite(r->loss)) {
        error_run(e, "%s: the loss is not finite, so the speed of its steps is meaningless",
                  w->name);
        goto done;
    }
    measure_rates(t, seconds, r);
    steps_time(t[0], seconds / 2, r->spent);
    status = 0;
done:
    for (int i = 0; i < r->runs; i++)
        training_free(t[i]);
    return status;
}
