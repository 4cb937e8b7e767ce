/* Threads that run independent tasks.
 *
 * The result of a task depends only on its number, never on the thread that runs it or on the
 * number of threads. */
#pragma once

#include "base/error.h"
#include "base/scoped.h"

enum { THREAD_POOL_MAX = 256 }; /* threads of a pool */

struct thread_pool;

/* A pool of `threads`, 1 .. THREAD_POOL_MAX, of which the caller is one. NULL on failure. */
ERROR_CHECKED struct thread_pool *thread_pool_new(int threads, struct error *e);
void thread_pool_free(struct thread_pool *t); /* NULL is fine */
SCOPED_TYPE(thread_pool)

/* Calls work(context, task) once for each task of 0 .. tasks - 1, on whichever thread is free, and
 * returns when all are done. One call at a time. If t is NULL, the caller does everything. */
void thread_pool_run(struct thread_pool *t, int tasks, void (*work)(void *context, int task),
                     void *context);

/* The number of threads that take part in thread_pool_run, initially all; 1 if t is NULL. */
int thread_pool_active(const struct thread_pool *t);
void thread_pool_set_active(struct thread_pool *t, int threads);

/* The number of threads of the pool, asleep or not; 1 if t is NULL. */
int thread_pool_threads(const struct thread_pool *t);
