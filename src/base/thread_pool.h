/* Threads that share work of which every part is independent of the others.
 *
 * What a part computes depends on its number alone, never on the thread that takes it or on how
 * many there are: so neither do results. */
#pragma once

#include "base/error.h"

enum { THREAD_POOL_MAX = 256 }; /* threads of a pool */

struct thread_pool;

/* A pool of `threads`, 1 .. TEAM_MOST, of which the caller is one. NULL on failure. */
ERROR_CHECKED struct thread_pool *thread_pool_new(int threads, struct error *e);
void thread_pool_free(struct thread_pool *t); /* NULL is fine */

/* Calls work(context, part) once for each part of 0 .. parts - 1, each on whichever
 * thread is free, and returns when all are done. One call at a time. The pool may be NULL here and
 * below: the caller alone. */
void thread_pool_run(struct thread_pool *t, int parts, void (*work)(void *context, int part),
                     void *context);

/* How many threads take part in team_run: all at first; a smaller number lets the others sleep. */
int thread_pool_active(const struct thread_pool *t);
void thread_pool_set_active(struct thread_pool *t, int threads);

/* How many threads the pool has, asleep or not. */
int thread_pool_threads(const struct thread_pool *t);
