#include "steps.h"
#include "base/platform.h"

#include <stdlib.h>

const char *const steps_phases[PHASES] = {"gather", "forward", "loss", "backward",
                                          "gradient_and_update"};

/* The progress of a training run. */
struct position {
    int epoch, first; /* from 1; index of the next step's first sample in the order */
    struct update update;
};

static struct position start(struct training *t) {
    model_init(t->model, (uint64_t)t->config.seed);
    return (struct position){0, t->train.count, {optim_learning_rate(&t->optim), 0}};
}

/* Advances to the next step, whose samples start at *first in the order; returns their number. */
static int next(struct training *t, struct position *p, int *first) {
    if (p->first == t->train.count) {
        train_order(t, ++p->epoch);
        p->first = 0;
    }
    int left = t->train.count - p->first, size = t->config.train.batch_size;
    int n = left < size ? left : size;
    *first = p->first;
    p->first += n;
    p->update.step++;
    return n;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double steps_median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[n / 2];
}

enum { KEPT = 4096 }; /* the steps that are compared with each other: the last ones */

double steps_rate(struct training *t, double seconds, double *undisturbed) {
    static double rates[KEPT];
    int first, steps = 0;
    struct position p = start(t);
    double sum = 0, samples = 0, begin = clock_seconds(), before, now = begin;
    do {
        before = now;
        int n = next(t, &p, &first);
        train_step(t, p.update, first, n, &sum);
        now = clock_seconds();
        samples += n;
        rates[steps++ % KEPT] = n / (now - before);
    } while (now - begin < seconds);
    steps = steps < KEPT ? steps : KEPT;
    steps_median(rates, steps); /* sorts them */
    *undisturbed = rates[steps * 9 / 10];
    return samples / (now - begin);
}

/* Sets *spent to the time since `then`, and returns the current time. */
static double lap(double then, double *spent) {
    double now = clock_seconds();
    *spent = now - then;
    return now;
}

/* train_step on one thread, with each phase timed. */
static void timed_step(struct training *t, struct update update, int first, int n,
                       double spent[PHASES]) {
    const int *order = t->order + first, *next = order + n;
    bool more = first + 2 * n <= t->train.count;
    struct model *m = t->model;
    struct pass pass = {0, n, true, (uint64_t)t->config.seed, update.step};
    double now = clock_seconds();
    m->pairs = t->pairs;
    batch_fill(&t->train, order, more ? next : NULL, n, m, 0);
    now = lap(now, &spent[GATHER]);
    model_forward(m, &pass);
    now = lap(now, &spent[FORWARD]);
    model_loss(m, &pass);
    now = lap(now, &spent[LOSS]);
    model_backward(m, &pass, n);
    now = lap(now, &spent[BACKWARD]);
    for (int i = 0; i < m->nblocks; i++)
        train_block(t, update, n, &m->blocks[i]);
    lap(now, &spent[GRADIENT]);
    m->pairs = NULL;
}

/* The median of the last steps: another process interrupts a few of them, for much longer than a
 * step takes. */
void steps_time(struct training *t, double seconds, double spent[PHASES]) {
    static double all[PHASES][KEPT];
    int first, steps = 0;
    struct position p = start(t);
    double step[PHASES], begin = clock_seconds();
    do {
        int n = next(t, &p, &first);
        timed_step(t, p.update, first, n, step);
        for (int i = 0; i < PHASES; i++)
            all[i][steps % KEPT] = step[i] / n;
        steps++;
    } while (clock_seconds() - begin < seconds);
    for (int i = 0; i < PHASES; i++)
        spent[i] = steps_median(all[i], steps < KEPT ? steps : KEPT);
}

double steps_loss(struct training *t) {
    enum { FIRST = 181, LAST = 200 };
    int first;
    struct position p = start(t);
    double sum = 0, samples = 0;
    for (int step = 1; step <= LAST; step++) {
        if (step == FIRST)
            sum = samples = 0;
        int n = next(t, &p, &first);
        train_step(t, p.update, first, n, &sum);
        samples += n;
    }
    return sum / samples;
}
