#include "base/thread_pool.h"

#include <pthread.h>
#include <stdatomic.h>

/* How often a waiting thread polls before it goes to sleep: 200 microseconds on an AMD EPYC. The
 * tasks of a step end some 100 microseconds apart, and on a virtual machine it can take longer to
 * wake a thread; but polling for long would take the CPU from threads that have work. */
enum { SPINS = 8000 };

enum { STACK = 4 << 20 }; /* bytes of a helper's stack */

/* The tasks that no thread has taken yet, first .. end - 1, in one word. */
union remaining {
    uint64_t word;
    struct {
        uint32_t first, end;
    };
};

struct worker {
    struct thread_pool *pool;
    pthread_t thread;
    int number;     /* 0 .. threads - 1; 0 is the caller, the others are helpers */
    unsigned round; /* of a helper: the last one that it took part in */
    _Alignas(64) atomic_bool sleeps; /* not beside round, which changes with every call */
    pthread_cond_t woken;
};

struct thread_pool {
    int threads;
    struct worker workers[THREAD_POOL_MAX]; /* the first `threads` of them */

    _Alignas(64) _Atomic uint64_t remaining;
    atomic_uint round;            /* calls of thread_pool_run so far */
    _Alignas(64) atomic_int done; /* tasks of this round that are complete */
    int tasks;
    void (*work)(void *context, int task);
    void *context;

    _Alignas(64) atomic_int active;
    atomic_bool leaving;
    pthread_mutex_t mutex; /* held when a thread goes to sleep or is woken */
};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Waits until the worker is ready: polls for a while, then sleeps. */
static void await(struct worker *w, bool (*is_ready)(const struct worker *w)) {
    pthread_mutex_t *mutex = &w->pool->mutex;
    for (int i = 0; i < SPINS && !is_ready(w); i++)
        relax();
    if (is_ready(w))
        return;
    pthread_mutex_lock(mutex);
    atomic_store(&w->sleeps, true);
    while (!is_ready(w))
        pthread_cond_wait(&w->woken, mutex);
    atomic_store(&w->sleeps, false);
    pthread_mutex_unlock(mutex);
}

static void wake(struct worker *w) {
    if (!atomic_load(&w->sleeps))
        return;
    pthread_mutex_lock(&w->pool->mutex);
    pthread_cond_signal(&w->woken);
    pthread_mutex_unlock(&w->pool->mutex);
}

/* Runs tasks until none is left. The caller takes them from the front, helpers from the back, so
 * that in each step a thread finds its data in its own cache. A late helper, from an earlier round,
 * may take a task of this one: what it needs is set before its task is there to be taken. */
static void run_tasks(struct thread_pool *t, bool helper) {
    union remaining seen = {atomic_load(&t->remaining)};
    while (seen.first != seen.end) {
        union remaining left = seen;
        int task = (int)(helper ? --left.end : left.first++);
        if (!atomic_compare_exchange_weak(&t->remaining, &seen.word, left.word))
            continue;
        int tasks = t->tasks; /* does not change before this task is done */
        t->work(t->context, task);
        if (atomic_fetch_add(&t->done, 1) + 1 == tasks)
            wake(&t->workers[0]);
        seen.word = atomic_load(&t->remaining);
    }
}

/* Whether there is a new round for this helper, or the pool is shutting down. */
static bool is_called(const struct worker *w) {
    const struct thread_pool *t = w->pool;
    return (atomic_load(&t->round) != w->round && w->number < atomic_load(&t->active)) ||
           atomic_load(&t->leaving);
}

static void *help(void *context) {
    struct worker *w = context;
    struct thread_pool *t = w->pool;
    for (;;) {
        await(w, is_called);
        if (atomic_load(&t->leaving))
            return NULL;
        w->round = atomic_load(&t->round);
        run_tasks(t, true);
    }
}

/* Whether the caller's tasks are done. */
static bool is_done(const struct worker *w) {
    return atomic_load(&w->pool->done) == w->pool->tasks;
}

void thread_pool_run(struct thread_pool *t, int tasks, void (*work)(void *context, int task),
                     void *context) {
    int active = thread_pool_active(t);
    if (tasks <= 1 || active == 1) {
        for (int task = 0; task < tasks; task++)
            work(context, task);
        return;
    }
    t->work = work;
    t->context = context;
    t->tasks = tasks;
    atomic_store(&t->done, 0);
    atomic_store(&t->remaining, (union remaining){.end = (uint32_t)tasks}.word);
    atomic_fetch_add(&t->round, 1);
    for (int i = 1; i < active; i++)
        wake(&t->workers[i]);
    run_tasks(t, false);
    await(&t->workers[0], is_done);
}

int thread_pool_active(const struct thread_pool *t) { return t ? atomic_load(&t->active) : 1; }

void thread_pool_set_active(struct thread_pool *t, int threads) {
    atomic_store(&t->active, threads);
}

int thread_pool_threads(const struct thread_pool *t) { return t ? t->threads : 1; }

/* Adds the next worker: first the caller, then helpers. Kernels have large blocks on the stack, and
 * the default stack of some systems is too small. */
static int add(struct thread_pool *t) {
    struct worker *w = &t->workers[t->threads];
    pthread_attr_t attributes;
    *w = (struct worker){.pool = t, .number = t->threads};
    pthread_cond_init(&w->woken, NULL);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    int result = w->number == 0 ? 0 : pthread_create(&w->thread, &attributes, help, w);
    pthread_attr_destroy(&attributes);
    if (result == 0)
        t->threads++;
    return result;
}

struct thread_pool *thread_pool_new(int threads, struct error *e) {
    struct thread_pool *t = aligned_alloc(64, sizeof *t);
    if (!t) {
        error_memory(e, "the threads");
        return NULL;
    }
    *t = (struct thread_pool){.threads = 0};
    pthread_mutex_init(&t->mutex, NULL);
    while (t->threads < threads)
        if (add(t) != 0) {
            error_run(e, "only %d of %d threads could be started; try a smaller --threads",
                      t->threads, threads);
            thread_pool_free(t);
            return NULL;
        }
    atomic_store(&t->active, threads);
    return t;
}

void thread_pool_free(struct thread_pool *t) {
    if (!t)
        return;
    atomic_store(&t->leaving, true);
    for (int i = 1; i < t->threads; i++)
        wake(&t->workers[i]);
    for (int i = 0; i < t->threads; i++) {
        if (i > 0)
            pthread_join(t->workers[i].thread, NULL);
        pthread_cond_destroy(&t->workers[i].woken);
    }
    pthread_mutex_destroy(&t->mutex);
    free(t);
}
