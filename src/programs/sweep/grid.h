/* The jobs of a sweep, from its command line.
 *
 *   optimizer.learning_rate=0.05,0.1   an axis of two settings
 *   seed=1..5                          an axis of five; 0..100..25 goes in steps of 25
 *   name=mine                          an axis of one: the same for all jobs
 *
 * Commas inside brackets, braces and quotes belong to a value: model=[{...},{...}] is one. A job is
 * a choice of one setting on each axis; the last axis changes fastest from job to job. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

enum { GRID_JOBS = 10000 }; /* the most that a sweep may have */

struct grid_axis {
    const char *key;
    int count;
    const char **items; /* count settings, each "key=value": overrides as config_read takes them */
};

struct grid {
    int count;
    struct grid_axis *axes;
    int jobs;     /* the product of the axes' counts; 1 where there is none */
    int settings; /* the same without the axis "seed" */
};

/* The grid of these arguments (NULL-terminated), which lives in the arena. Whether a key or a value
 * makes a config is not looked at. */
ERROR_CHECKED int grid_read(struct grid *g, const char *const *arguments, struct arena *a,
                            struct error *e);

/* The overrides of a job (0 .. jobs - 1): g->count pointers, and NULL behind them. */
void grid_job(const struct grid *g, int job, const char **overrides);

/* Which setting (0 .. settings - 1) a job has: the jobs that differ in nothing but the seed share
 * it. */
int grid_setting(const struct grid *g, int job);

/* Whether the axis is the one of the seeds. */
bool grid_is_seed(const struct grid_axis *axis);

/* What stands behind the "=" of an item. */
const char *grid_value(const char *item);
