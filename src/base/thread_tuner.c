#include "base/thread_tuner.h"

static const double TRIAL = 0.02; /* seconds: several time slices of the operating system */
static const double CLEAR = 0.8;  /* a ratio of rates that needs no further trial */
static const double WORTH = 1.05; /* how much faster more threads must be, to be worth their CPUs */
enum {
    TRIALS = 5,        /* with another number, unless the first ones are clear */
    MIN_PATIENCE = 16, /* trials with the best number between attempts with another, at first, */
    MAX_PATIENCE = 256 /* and at last: about 5 seconds */
};

/* The next number of threads to try, out of 1, 2, 4, ... and all. */
static int next(const struct thread_tuner *p, int threads) {
    if (p->fewer)
        return (p->best + 1) / 2;
    return 2 * p->best < threads ? 2 * p->best : threads;
}

/* Records a trial with another number than the best, and ends the attempt if it is decided. */
static void attempt(struct thread_tuner *p, int active, double rate) {
    p->total += 1 / rate;
    double mean = ++p->trials / p->total, ratio = mean / p->rate;
    double worth = active > p->best ? WORTH : 1 / WORTH;
    if (p->trials < TRIALS && ratio > CLEAR && ratio < 1 / CLEAR)
        return;
    if (ratio > worth) { /* better: continue in this direction at once */
        p->rate = mean;
        p->best = active;
        p->patience = 0;
    } else { /* no better: try the other direction later */
        p->fewer = !p->fewer;
        p->patience = p->patience ? 4 * p->patience : MIN_PATIENCE;
        p->patience = p->patience < MAX_PATIENCE ? p->patience : MAX_PATIENCE;
    }
    p->total = p->trials = p->waited = 0;
}

void thread_tuner_step(struct thread_tuner *p, struct thread_pool *pool, double work,
                       double seconds) {
    int threads = thread_pool_threads(pool), active = thread_pool_active(pool);
    p->work += work;
    p->seconds += seconds;
    if (threads == 1 || p->seconds < TRIAL)
        return;
    double rate = p->work / p->seconds;
    p->work = p->seconds = 0;
    if (p->best == 0) { /* the first trial only warms up */
        p->best = active;
        return;
    }
    if (active != p->best) {
        attempt(p, active, rate);
    } else {
        p->rate += (rate - p->rate) / (p->rate > 0 ? 4 : 1);
        p->waited++;
    }
    if (p->best == threads)
        p->fewer = true;
    if (p->best == 1)
        p->fewer = false;
    thread_pool_set_active(pool, p->waited >= p->patience ? next(p, threads) : p->best);
}
