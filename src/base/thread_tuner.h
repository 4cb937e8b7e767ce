/* Chooses the number of active threads of a pool by timing steps.
 *
 * Two threads may be slower than one: if steps are small, if memory bandwidth is the limit, if
 * another program needs the other CPU. No rule predicts that, so now and then the steps of up to
 * 0.1 s run with more or fewer threads, and the faster number is used from then on. This affects
 * only the time, never the results.
 *
 * Other programs slow down some trials, but not others. So the mean of several decides, not their
 * best: with a busy neighbour, two threads are fastest in the moments when it sleeps. */
#pragma once

#include "base/thread_pool.h"

struct thread_tuner {
    double work, seconds; /* of the current trial */
    int best;             /* the number of threads; 0 before the first trial */
    double rate;          /* its work per second: a mean in which the last trials count most */
    int patience, waited; /* trials to stay with it, and how many of them are over */
    bool fewer;           /* the next attempt is with fewer threads, not more */
    int trials;           /* of this attempt so far, */
    double total;         /* and their time for one unit of work, added up */
};

/* Records a step: its work, in any unit, and its time. May change the number of active threads. A
 * zeroed struct is a valid start, with all threads of the pool active. */
void thread_tuner_step(struct thread_tuner *p, struct thread_pool *pool, double work,
                       double seconds);
