/* How many threads of a pool are worth their while, found out by trying.
 *
 * Two threads may be slower than one: where steps are small, where memory is the limit, where
 * another program needs the other CPU. No rule knows; so a few steps now and then are made with
 * more or with fewer threads, and the faster number stays. Only time depends on it, no result does.
 */
#pragma once

#include "base/thread_pool.h"

#include <stdbool.h>

struct thread_tuner {
    double work, seconds; /* of the present trial */
    double rate;          /* work a second with the number of threads that was best */
    int best, patience;   /* 0: no trial is over yet; trials to go on with the best one */
    int waited;
    bool fewer; /* whether the next attempt is with fewer threads, or with more */
};

/* A pool starts with all its threads; `all zero` is a valid start. After each step: how much work
 * it was, in any unit, and how long it took. May change how many threads of the pool are active. */
void thread_tuner_step(struct thread_tuner *p, struct thread_pool *pool, double work,
                       double seconds);
