#include "measure.h"
#include "machine.h"
#include "runs/training.h"

#include <math.h>

enum { REPETITIONS = 7 };

/* One thread, all threads and a product loop alternate, repetition by repetition: a busy moment of
 * the machine affects them all, and the median hides it. The first repetition of each only warms
 * up. */
static void measure_rates(struct training *const *t, double seconds, struct measure *r) {
    double rates[MEASURE_RUNS][1 + REPETITIONS], undisturbed[MEASURE_RUNS][1 + REPETITIONS];
    double products[1 + REPETITIONS];
    for (int k = 0; k <= REPETITIONS; k++) {
        products[k] = machine_products(seconds / REPETITIONS / 10);
        for (int i = 0; i < r->runs; i++)
            rates[i][k] = steps_rate(t[i], seconds / REPETITIONS, &undisturbed[i][k]);
    }
    for (int i = 0; i < r->runs; i++) {
        r->run[i].rate = steps_median(rates[i] + 1, REPETITIONS);
        r->run[i].best = rates[i][REPETITIONS];
        r->run[i].undisturbed = steps_median(undisturbed[i] + 1, REPETITIONS);
    }
    r->products = steps_median(products + 1, REPETITIONS);
    r->slowest = products[1];
    r->fastest = products[REPETITIONS];
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
    r->loss = steps_loss(t[0]);
    workload_demand(t[0], r->demand);
    for (int i = 0; i < PHASES; i++)
        r->flops += r->demand[i].flops;
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
