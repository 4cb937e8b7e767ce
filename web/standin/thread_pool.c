/* Stands in for base/thread_pool.c: the caller is the only thread. The results are the same, as
 * they never depend on the number of threads. */
#include "base/thread_pool.h"

#include <stdlib.h>

struct thread_pool {
    char none;
};

struct thread_pool *thread_pool_new(int threads, struct error *e) {
    struct thread_pool *t = calloc(1, sizeof *t);
    if (!t)
        error_memory(e, "threads");
    return t;
}

void thread_pool_free(struct thread_pool *t) { free(t); }

void thread_pool_run(struct thread_pool *t, int tasks, void (*work)(void *context, int task),
                     void *context) {
    for (int task = 0; task < tasks; task++)
        work(context, task);
}

int thread_pool_active(const struct thread_pool *t) { return 1; }

void thread_pool_set_active(struct thread_pool *t, int threads) {}

int thread_pool_threads(const struct thread_pool *t) { return 1; }
