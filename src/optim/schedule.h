/* The contract of a schedule: how the learning rate changes over the steps of a run.
 *
 *   learning rate of a step = optimizer.learning_rate * schedule_factor
 *
 * Every schedule can begin with a warm-up, which is implemented here, once. With a warm-up of w
 * steps, the factor is
 *
 *   step 0 .. w - 1      (step + 1) / (w + 1)         rises from 0 to 1, reached at step w
 *   step w .. the last   type->factor of step - w
 *
 * The learning rate affects the model's bits: a factor uses only + - * / and sqrt in double, and no
 * other function of libm. A new schedule is a few lines and one row in schedules.c. */
#pragma once

#include "keys/key.h"

struct schedule;

struct schedule_type {
    /* Its name and hyperparameters. The options begin with `double warmup`, the keys with
     * WARMUP_KEY. */
    struct kind kind;

    /* The factor, 0 to 1, of 0 <= step < s->steps, counted from the end of the warm-up. Depends
     * only on s and step. NULL: always 1. */
    double (*factor)(const struct schedule *s, long long step);
};

#define WARMUP_KEY(of)                                                                             \
    REAL_KEY(of, warmup, "0", 0, 1,                                                                \
             "fraction of the run's steps in which the learning rate first rises from 0")

struct schedule {
    const struct schedule_type *type;
    const void *options;
    long long warmup, steps; /* the number of warm-up steps, and of steps after them */
    int epoch;               /* steps per epoch */
};

/* The schedule that the config chose, for a run of `steps` steps with `epoch` steps per epoch. */
struct schedule schedule_new(struct spec choice, long long steps, int epoch);

/* The factor of the learning rate in a step, 0 <= step < warmup + steps. */
double schedule_factor(const struct schedule *s, long long step);

/* Whether the learning rate never changes. */
bool schedule_is_constant(const struct schedule *s);

/* All schedules, ending with NULL: the table in schedules.c. */
extern const struct kind *const schedules_kinds[];
