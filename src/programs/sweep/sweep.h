/* onehot sweep, in parts: grid.c reads the jobs and ranks their results, sweep.c creates them,
 * sweep_run.c runs them as processes, sweep_slurm.c lists them or runs them in Slurm, sweep_view.c
 * shows their progress, sweep_table.c prints the results. */
#pragma once

#include "base/arena.h"
#include "base/sha256.h"
#include "base/text.h"
#include "data/dataset.h"
#include "report/ranked.h"
#include "ui/table.h"

#include <sys/types.h>

/* ---- grid.c: the jobs, from the command line, and the ranking of their results ----
 *
 *   optimizer.learning_rate=0.05,0.1   an axis of two overrides
 *   seed=1..5                          an axis of five; 0..100..25 goes in steps of 25
 *   name=mine                          an axis of one: the same for all jobs
 *
 * Commas inside brackets, braces and quotes belong to a value: model=[{...},{...}] is one. A job
 * takes one override from each axis. From job to job the seed changes fastest, and of the other
 * axes the last: job k * seeds + i has combination k and seed i. */
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

struct summary {
    int count;
    double mean, min, max; /* NaN if count is 0 */
    double stddev;         /* of the sample, sqrt(sum (x - mean)^2 / (n - 1)); NaN if count < 2 */
};

/* Summarizes the numbers in x (n) that are not NaN. */
struct summary grid_summary(const double *x, int n);

/* Ranks the summaries by their means, NaN last, in order (n). */
void grid_rank(const struct summary *s, int n, struct ranked *order);

/* ---- sweep.c ---- */

enum job_state {
    JOB_WAITING,
    JOB_QUEUED, /* in Slurm */
    JOB_RUNNING,
    JOB_ELSEWHERE, /* another process trains in its directory, on this or another machine */
    JOB_FINISHED,
    JOB_FAILED,
};

struct job {
    const char **overrides; /* grid_overrides */
    struct job_data {
        const char *content; /* the keys that decide its content, not which samples are used */
        struct split split[SPLITS]; /* only the counts */
        char digest[SHA256_HEX];
    } data;
    const char *name; /* what distinguishes the job: "learning_rate=0.05 seed=3" */
    char id[SHA256_HEX];
    const char *directory;
    int epochs;
    enum job_state state;
    double validation_accuracy, test_accuracy; /* NaN if there is no such set, or no result yet */
    double seconds;                            /* JOB_FINISHED */
    char model[SHA256_HEX];                    /* JOB_FINISHED */
    struct error error;                        /* JOB_FAILED: why */
    double retry;                              /* JOB_ELSEWHERE: the time of the next attempt */
    pid_t pid;                                 /* JOB_RUNNING: the process ... */
    FILE *errors;                              /* ... and its stderr */
};

struct sweep {
    const char *config; /* the file */
    struct grid grid;
    struct job *jobs;                  /* [grid.jobs] */
    bool has_validation;               /* every job has a validation set */
    int side_by_side;                  /* the maximum number of processes at a time */
    int cpus, threads;                 /* in all; per job */
    struct summary *validation, *test; /* [grid.combinations]: set by sweep_print ... */
    struct ranked *order;              /* ... which ranks the combinations, the best first */
    struct arena arena;                /* owns all of the above */
    struct {
        const char *options; /* for sbatch; NULL: do not use Slurm */
        int at_a_time;       /* 0: no limit */
        char name[16];       /* of the job array */
    } slurm;
    struct sweep_view {
        bool on;
        bool live;    /* on a terminal: shows the running jobs, too */
        bool failed;  /* a line is missing for want of memory */
        int lines;    /* printed for them last time */
        int finished; /* before the start */
        double start; /* the time */
    } view;
};

/* The number of jobs in that state. */
int sweep_count(const struct sweep *s, enum job_state state);

/* Reads the job's result if its directory holds the finished run: with all its files, unless the
 * job's process has just `trained` it, so that a lock there is already somebody else's. */
bool sweep_take_result(struct job *j, bool trained);

/* Runs the waiting jobs until all have finished or failed. Passes a signal (ui/signals.h) on to the
 * processes, waits for them, and fails. A second signal ends the sweep at once. */
ERROR_CHECKED int sweep_run(struct sweep *s, struct error *e);

/* Closes a file after it has read its last line that is not empty. */
enum { SWEEP_LINE = 1100 };
void sweep_last_line(FILE *f, char last[SWEEP_LINE]);

/* Sets the name of the job array. */
void sweep_slurm_name(struct sweep *s);

/* As sweep_run, but in Slurm: submits the waiting jobs, unless the array is there, and follows
 * them; a signal ends only that. */
ERROR_CHECKED int sweep_slurm_run(struct sweep *s, struct error *e);

/* Prints the commands of the unfinished jobs or, of the waiting ones, the script for Slurm. */
ERROR_CHECKED int sweep_list(const struct sweep *s, bool script, struct error *e);

/* ---- sweep_view.c ---- */

/* sweep_view_open turns the view on and prints the plan. While it is on, _job prints a job that has
 * ended or was found to run elsewhere, _running prints the running jobs, and _close removes them.
 */
void sweep_view_open(struct sweep *s);
void sweep_view_job(struct sweep *s, const struct job *j);
void sweep_view_running(struct sweep *s);
void sweep_view_close(struct sweep *s);

/* Prints the results per combination, the best first, as JSON or as a table of that form. */
ERROR_CHECKED int sweep_print(struct sweep *s, bool json, enum table_form form, struct error *e);
