#include "base/thread_tuner.h"

static const double TRIAL = 0.02; /* seconds: several time slices of the operating system */
enum { MAX_PATIENCE = 64 }; /* maximum trials with the best number between attempts with another */

/* The next number of threads to try, out of 1, 2, 4, ... and all. */
static int next(const struct thread_tuner *p, int threads) {
    if (p->fewer)
        return (p->best + 1) / 2;
    return 2 * p->best < threads ? 2 * p->best : threads;
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

    bool attempt = active != p->best;
    if (!attempt || rate > p->rate) {
        p->rate = rate;
        p->best = active;
    }
    if (!attempt) {
        p->waited++;
    } else if (active == p->best) { /* better: continue in this direction at once */
        p->patience = p->waited = 0;
    } else { /* no better: try the other direction later */
        p->fewer = !p->fewer;
        p->patience = p->patience ? 4 * p->patience : 4;
        p->patience = p->patience < MAX_PATIENCE ? p->patience : MAX_PATIENCE;
        p->waited = 0;
    }
    if (p->best == threads)
        p->fewer = true;
    if (p->best == 1)
        p->fewer = false;
    thread_pool_set_active(pool, p->waited >= p->patience ? next(p, threads) : p->best);
}
