/* The jobs of a sweep, from its command line.
 *
 *   optimizer.learning_rate=0.05,0.1   an axis of two overrides
 *   seed=1..5                          an axis of five; 0..100..25 goes in steps of 25
 *   name=mine                          an axis of one: the same for all jobs
 *
 * Commas inside brackets, braces and quotes belong to a value: model=[{...},{...}] is one. A job
 * takes one override from each axis. From job to job the seed changes fastest, and of the other
 * axes the last: job k * seeds + i has combination k and seed i. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

enum { GRID_JOBS = 10000 }; /* the maximum for a sweep */

struct grid_axis {
    const char *key, *name; /* "optimizer.momentum"; "momentum", unless another axis ends in it */
    bool is_seed;           /* the key is "seed" */
    int count;
    const char **overrides; /* [count]: "key=value", as config_read takes them */
};

struct grid {
    int count;
    struct grid_axis *axes;
    int jobs;                /* the product of the axes' counts; 1 if there are no axes */
    int combinations, seeds; /* jobs = combinations x seeds */
};

/* Reads the grid from these arguments (NULL-terminated) into the arena. Does not check the keys and
 * values. */
ERROR_CHECKED int grid_read(struct grid *g, char *const *arguments, struct arena *a,
                            struct error *e);

/* The overrides of a job (0 .. jobs - 1): g->count pointers, then NULL. */
void grid_overrides(const struct grid *g, int job, const char **overrides);

/* The text after the "=" of an override. */
const char *grid_value(const char *override);
