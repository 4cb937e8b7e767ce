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

struct helper {
    struct thread_pool *pool;
    pthread_t thread;
    int number; /* 1 .. threads - 1; the caller is 0 */
    atomic_bool sleeps;
    pthread_cond_t begun;
};

struct thread_pool {
    int threads;
    struct helper *helpers; /* [threads - 1] */

    _Alignas(64) _Atomic uint64_t remaining;
    atomic_uint round;            /* calls of thread_pool_run so far */
    _Alignas(64) atomic_int done; /* tasks of this round that are complete */
    int tasks;
    void (*work)(void *context, int task);
    void *context;

    _Alignas(64) atomic_int active;
    atomic_bool caller_sleeps, leaving;
    pthread_mutex_t mutex; /* held when a thread goes to sleep or is woken */
    pthread_cond_t finished;
};

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
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
        if (atomic_fetch_add(&t->done, 1) + 1 == tasks && atomic_load(&t->caller_sleeps)) {
            pthread_mutex_lock(&t->mutex);
            pthread_cond_signal(&t->finished);
            pthread_mutex_unlock(&t->mutex);
        }
        seen.word = atomic_load(&t->remaining);
    }
}

/* Whether there is a round after `round` for this helper, or the pool is shutting down. */
static bool called(struct helper *h, unsigned round) {
    struct thread_pool *t = h->pool;
    return (atomic_load(&t->round) != round && h->number < atomic_load(&t->active)) ||
           atomic_load(&t->leaving);
}

static void *help(void *context) {
    struct helper *h = context;
    struct thread_pool *t = h->pool;
    unsigned round = 0;
    for (;;) {
        for (int i = 0; i < SPINS && !called(h, round); i++)
            relax();
        if (!called(h, round)) {
            pthread_mutex_lock(&t->mutex);
            atomic_store(&h->sleeps, true);
            while (!called(h, round))
                pthread_cond_wait(&h->begun, &t->mutex);
            atomic_store(&h->sleeps, false);
            pthread_mutex_unlock(&t->mutex);
        }
        if (atomic_load(&t->leaving))
            return NULL;
        round = atomic_load(&t->round);
        run_tasks(t, true);
    }
}

/* Wakes the sleeping ones among the first `threads`. */
static void wake(struct thread_pool *t, int threads) {
    for (int i = 1; i < threads; i++) {
        struct helper *h = &t->helpers[i - 1];
        if (atomic_load(&h->sleeps)) {
            pthread_mutex_lock(&t->mutex);
            pthread_cond_signal(&h->begun);
            pthread_mutex_unlock(&t->mutex);
        }
    }
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
    wake(t, active);
    run_tasks(t, false);
    for (int i = 0; i < SPINS && atomic_load(&t->done) < tasks; i++)
        relax();
    if (atomic_load(&t->done) < tasks) {
        pthread_mutex_lock(&t->mutex);
        atomic_store(&t->caller_sleeps, true);
        while (atomic_load(&t->done) < tasks)
            pthread_cond_wait(&t->finished, &t->mutex);
        atomic_store(&t->caller_sleeps, false);
        pthread_mutex_unlock(&t->mutex);
    }
}

int thread_pool_active(const struct thread_pool *t) { return t ? atomic_load(&t->active) : 1; }

void thread_pool_set_active(struct thread_pool *t, int threads) {
    atomic_store(&t->active, threads);
}

int thread_pool_threads(const struct thread_pool *t) { return t ? t->threads : 1; }

/* Starts the next helper. Kernels have large blocks on the stack, and the default stack of some
 * systems is too small. */
static int start(struct thread_pool *t) {
    struct helper *h = &t->helpers[t->threads - 1];
    pthread_attr_t attributes;
    *h = (struct helper){.pool = t, .number = t->threads};
    pthread_cond_init(&h->begun, NULL);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    int result = pthread_create(&h->thread, &attributes, help, h);
    pthread_attr_destroy(&attributes);
    if (result == 0)
        t->threads++;
    return result;
}

struct thread_pool *thread_pool_new(int threads, struct error *e) {
    struct thread_pool *t = aligned_alloc(64, sizeof *t);
    struct helper *helpers = calloc((size_t)threads, sizeof *helpers);
    if (!t || !helpers) {
        free(t);
        free(helpers);
        error_memory(e, "the threads");
        return NULL;
    }
    *t = (struct thread_pool){.threads = 1, .helpers = helpers};
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->finished, NULL);
    while (t->threads < threads)
        if (start(t) != 0) {
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
    wake(t, t->threads);
    for (int i = 1; i < t->threads; i++) {
        pthread_join(t->helpers[i - 1].thread, NULL);
        pthread_cond_destroy(&t->helpers[i - 1].begun);
    }
    pthread_cond_destroy(&t->finished);
    pthread_mutex_destroy(&t->mutex);
    free(t->helpers);
    free(t);
}
