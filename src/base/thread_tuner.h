/* Chooses the number of active threads of a pool by timing steps.

 * Two threads may be slower than one: if steps are small, if memory bandwidth is the limit, if
 * another program needs the other CPU. No rule predicts that, so now and then a few steps run with
 * more or fewer threads, and the faster number is used from then on. This affects only the time,
 * never the results.
 */
#pragma once

#include "base/thread_pool.h"

#include <stdbool.h>

struct thread_tuner {
    double work, seconds; /* of the current trial */
    double rate;          /* work per second with the best number of threads */
    int best, patience;   /* best: 0 before the first trial; patience: trials to stay with it */
    int waited;
    bool fewer; /* the next attempt is with fewer threads, not more */
};

/* Records a step: its work, in any unit, and its time. May change the number of active threads. A
 * zeroed struct is a valid start, with all threads of the pool active. */
void thread_tuner_step(struct thread_tuner *p, struct thread_pool *pool, double work,
                       double seconds);
