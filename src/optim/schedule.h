/* The contract of a schedule: how the learning rate goes over the steps of a run.
 *
 *   learning rate of a step = optimizer.learning_rate * schedule_factor
 *
 * Every schedule can begin with a warm-up, so that is done here, once. Warming up first for w of
 * the run's steps, the factor is
 *
 *   step 0 .. w - 1      (step + 1) / (w + 1)         rises from 0 to 1, reached at step w
 *   step w .. the last   type->factor of step - w
 *
 * The learning rate decides the model's bits: a factor is made of + - * / and sqrt in double alone,
 * nothing else of libm's. A new schedule is one file that ends in a const struct schedule_type, and
 * one row in schedules.c. */
#ifndef ONEHOT_OPTIM_SCHEDULE_H
#define ONEHOT_OPTIM_SCHEDULE_H

#include "keys/key.h"

struct schedule;

struct schedule_type {
    /* Its name and hyperparameters. The options begin with `double warmup`, the keys with
     * WARMUP_KEY. */
    struct kind kind;

    /* Of 0 <= step < s->steps, counted after the warm-up: the share of the learning rate, 0 to 1.
     * Depends on nothing but s and step. NULL: always 1. */
    double (*factor)(const struct schedule *s, long long step);
};

#define WARMUP_KEY(of)                                                                             \
    REAL_KEY(of, warmup, "0", 0, 1,                                                                \
             "share of the run's steps over which the learning rate first rises from 0")

struct schedule {
    const struct schedule_type *type;
    const void *options;
    long long warmup, steps; /* of the run: those that warm up, and those after them */
    int epoch;               /* steps in an epoch */
};

/* The schedule for a run of `steps` steps, `epoch` of them an epoch, as the config chose it. */
struct schedule schedule_new(struct spec choice, long long steps, int epoch);

/* The share of the learning rate for a step, 0 <= step < warmup + steps. */
double schedule_factor(const struct schedule *s, long long step);

/* Whether it says no more than that the learning rate stays as it is. */
bool schedule_is_constant(const struct schedule *s);

/* The table of all schedules, in schedules.c. */
const struct schedule_type *schedules_type(int i);                  /* NULL behind the last */
const struct schedule_type *schedules_find(const struct kind *row); /* whose row it is */
const struct kind *schedules_kind(int i); /* the same rows, for the config */

#endif
