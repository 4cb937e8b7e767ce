/* threads: the pool, the choice of the thread count, and results that depend on neither. */
#include "base/platform.h"
#include "base/rng.h"
#include "base/thread_tuner.h"
#include "runs/training.h"
#include "test.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

Suite *test_threads(void);

struct task_counts {
    atomic_int times[1000];
    int busy;
};

/* Some tasks take longer than others, so that threads overtake each other. */
static void counts(void *context, int part) {
    struct task_counts *t = context;
    volatile double x = 1;
    for (int i = 0; i < part % 7 * t->busy; i++)
        x = x / 3;
    atomic_fetch_add(&t->times[part], 1);
}

START_TEST(a_thread_pool_runs_every_task_once) {
    static const int threads[] = {1, 2, 3, 7};
    static struct task_counts t;
    for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
        struct error e = {0};
        struct thread_pool *pool = thread_pool_new(threads[k], &e);
        ck_assert_msg(pool != NULL, "%s", e.text);
        ck_assert_int_eq(thread_pool_threads(pool), threads[k]);
        for (int call = 0; call < 500; call++) {
            int parts = call * 37 % 1001;
            t.busy = call % 10 == 0 ? 1000 : 1;
            memset(t.times, 0, sizeof t.times);
            if (call == 200)
                usleep(5000); /* by then the worker threads are asleep */
            thread_pool_set_active(pool, call % 3 == 1 ? (threads[k] + 1) / 2 : threads[k]);
            thread_pool_run(pool, parts, counts, &t);
            for (int i = 0; i < 1000; i++)
                ck_assert_int_eq(t.times[i], i < parts);
        }
        thread_pool_free(pool);
    }
    memset(t.times, 0, sizeof t.times);
    thread_pool_run(NULL, 3, counts, &t); /* no pool: the caller does all the work */
    ck_assert(t.times[0] == 1 && t.times[2] == 1 && t.times[3] == 0);
    ck_assert_int_eq(thread_pool_threads(NULL), 1);
    thread_pool_free(NULL);
}
END_TEST

static void count(void *context, int part) {
    atomic_fetch_add((atomic_llong *)context, part);
}

START_TEST(a_thread_pool_runs_any_number_of_tasks) {
    struct error e = {0};
    atomic_llong sum = 0;
    struct thread_pool *pool = thread_pool_new(3, &e);
    ck_assert_ptr_nonnull(pool);
    thread_pool_run(pool, 200000, count, &sum);
    ck_assert_int_eq(sum, 199999LL * 200000 / 2);
    thread_pool_free(pool);
}
END_TEST

/* Simulates a machine on which k threads take seconds[k] per unit of work; returns the number of
 * threads chosen. */
static int settled(int threads, const double *seconds, int from, int steps) {
    struct error e = {0};
    struct thread_tuner p = {0};
    struct thread_pool *pool = thread_pool_new(threads, &e);
    int best = 0, count[8] = {0};
    ck_assert_ptr_nonnull(pool);
    for (int i = 0; i < steps; i++) {
        int k = thread_pool_active(pool);
        count[k] += i >= from;
        thread_tuner_step(&p, pool, 1, seconds[k]);
    }
    for (int k = 1; k < 8; k++)
        best = count[k] > count[best] ? k : best;
    ck_assert_int_gt(count[best], 9 * (steps - from) / 10); /* other numbers are rarely tried */
    thread_pool_free(pool);
    return best;
}

START_TEST(the_number_of_threads_settles_where_work_is_fastest) {
    static const double more_is_better[] = {0, 0.07, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01},
                        one_is_best[] = {0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07},
                        four[] = {0, 0.04, 0.03, 0.025, 0.02, 0.03, 0.04, 0.05};
    ck_assert_int_eq(settled(7, more_is_better, 0, 1000), 7);
    ck_assert_int_eq(settled(7, one_is_best, 100, 2000), 1);
    ck_assert_int_eq(settled(7, four, 100, 2000), 4);
    ck_assert_int_eq(settled(2, one_is_best, 100, 2000), 1);
    ck_assert_int_eq(settled(1, one_is_best, 0, 100), 1);
}
END_TEST

/* ---- the tuner on a virtual machine of two CPUs, which other programs use, too ---- */

enum { SECONDS = 60, SLICES = 250, TICKS = 40 }; /* slices per second, ticks per slice */

/* Which slices of each CPU other programs take: every second one, at random, of the periods in
 * which they want the CPU. A period has 8 slices and is drawn with a probability in percent. */
static bool taken[2][SECONDS * SLICES];

static void draw_taken(const int percent[2]) {
    for (int cpu = 0; cpu < 2; cpu++) {
        struct rng r = rng_stream(1, RNG_CHECK, (uint32_t)cpu);
        bool wanted = false;
        for (int i = 0; i < SECONDS * SLICES; i++) {
            if (i % 8 == 0)
                wanted = (int)rng_below(&r, 100) < percent[cpu];
            taken[cpu][i] = rng_below(&r, 2) == 1 && wanted;
        }
    }
}

/* Runs steps, which take `ticks` of free CPUs with one thread and 1 / gain of that with two, and
 * returns their number. threads is 1 or 2, or 0 for as many as the tuner chooses. */
static int steps_run(int threads, int ticks, double gain) {
    struct error e = {0};
    struct thread_tuner p = {0};
    struct thread_pool *pool = thread_pool_new(2, &e);
    int now = 0, steps = 0;
    ck_assert_ptr_nonnull(pool);
    for (;; steps++) {
        int start = now, active = threads ? threads : thread_pool_active(pool);
        double left[2] = {active == 1 ? ticks : ticks / gain, active == 1 ? 0 : ticks / gain};
        for (; left[0] > 0 || left[1] > 0; now++) {
            if (now == SECONDS * SLICES * TICKS) {
                thread_pool_free(pool);
                return steps;
            }
            bool free[2] = {!taken[0][now / TICKS], !taken[1][now / TICKS]};
            left[0] -= free[0] || (active == 1 && free[1]); /* one thread runs where it can */
            left[1] -= free[1];
        }
        thread_tuner_step(&p, pool, 1, (double)(now - start) / (SLICES * TICKS));
    }
}

/* In a minute of training; of gains between 0.6 and 1.9, and steps of 1 to 60 ms. */
START_TEST(the_tuner_loses_at_most_3_percent_to_one_thread_however_busy_the_machine_is) {
    static const int busy[][2] = {{0, 0}, {0, 20}, {20, 20}, {0, 100}, {50, 50}, {100, 100}};
    static const int ticks[] = {10, 100, 600};
    static const double gains[] = {0.6, 0.9, 1.3, 1.9};
    for (size_t b = 0; b < sizeof busy / sizeof *busy; b++) {
        draw_taken(busy[b]);
        for (size_t l = 0; l < sizeof ticks / sizeof *ticks; l++)
            for (size_t g = 0; g < sizeof gains / sizeof *gains; g++) {
                int one = steps_run(1, ticks[l], gains[g]), two = steps_run(2, ticks[l], gains[g]);
                double best = one > two ? one : two, tuned = steps_run(0, ticks[l], gains[g]);
                ck_assert_double_ge(tuned, 0.97 * one);
                ck_assert_double_ge(tuned, (busy[b][1] == 0 ? 0.99 : 0.95) * best);
            }
    }
}
END_TEST

START_TEST(the_affinity_limits_the_threads) {
    ck_assert_int_ge(platform_cpus(), 1);
    ck_assert_str_eq(test_shell("first=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//'); "
                                "taskset -c $first $ONEHOT train tests/small.json train.epochs=0 "
                                "output=%s | grep -o 'up to .*'",
                                test_path("one"))
                         .out,
                     "up to 1 thread\n");
}
END_TEST

/* Compares every parameter after training with different numbers of threads. */
START_TEST(any_number_of_threads_gives_the_same_bits) {
    static const int threads[] = {2, 3, 7};
    static const char *const configs[] = {"tests/small.json", "tests/small-adamw.json",
                                          "tests/small-attention.json"};
    const char *const overrides[] = {"train.epochs=2", NULL};
    struct train_observer nobody = {0};
    struct error e = {0};
    for (int c = 0; c < 3; c++) {
        struct training *one = training_new(configs[c], overrides, 1, &e);
        ck_assert_msg(one != NULL, "%s", e.text);
        ck_assert_int_eq(train_run(one, &nobody, &e), 0);
        for (size_t k = 0; k < sizeof threads / sizeof *threads; k++) {
            struct training *t = training_new(configs[c], overrides, threads[k], &e);
            ck_assert_msg(t != NULL, "%s", e.text);
            ck_assert_int_eq(train_run(t, &nobody, &e), 0);
            ck_assert_mem_eq(t->model->theta, one->model->theta,
                             one->model->nparams * sizeof(real));
            training_free(t);
        }
        training_free(one);
    }
}
END_TEST

Suite *test_threads(void) {
    return TEST_SUITE("threads", a_thread_pool_runs_every_task_once,
                      a_thread_pool_runs_any_number_of_tasks,
                      the_number_of_threads_settles_where_work_is_fastest,
                      the_tuner_loses_at_most_3_percent_to_one_thread_however_busy_the_machine_is,
                      the_tuner_loses_at_most_3_percent_to_one_thread_however_busy_the_machine_is,
                      the_affinity_limits_the_threads, any_number_of_threads_gives_the_same_bits);
}
