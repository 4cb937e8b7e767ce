/* onehot sweep, in parts: sweep.c creates the jobs, sweep_run.c runs them as processes,
 * sweep_view.c shows their progress, sweep_table.c ranks the results. */
#pragma once

#include "base/sha256.h"
#include "programs/sweep/grid.h"
#include "ui/table.h"

#include <stdio.h>
#include <sys/types.h>

enum job_state {
    JOB_WAITING,
    JOB_RUNNING,
    JOB_ELSEWHERE, /* another process trains in its directory, on this or another machine */
    JOB_FINISHED,
    JOB_FAILED,
};

struct job {
    const char **overrides; /* grid_overrides */
    struct job_data {
        const char *content; /* the keys that decide its content, not which samples are used */
        bool validation;     /* it comes with a validation set */
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
    struct job *jobs;    /* grid.jobs */
    bool has_validation; /* every job has a validation set */
    int side_by_side;    /* the maximum number of processes at a time */
    int cpus, threads;   /* in all; per job */
    struct arena arena;  /* owns all of the above */
    struct sweep_view {
        bool on;
        bool live;    /* on a terminal: shows the running jobs, too */
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

/* Runs the waiting jobs until all have finished or failed, and returns 0. Passes a signal
 * (ui/signals.h) on to the processes, waits for them, and returns its number. A second signal ends
 * the sweep at once. */
int sweep_run(struct sweep *s);

/* sweep_view_open turns the view on and prints the plan. While it is on, _job prints a job that has
 * ended or was found to run elsewhere, _running prints the running jobs, and _close removes them.
 */
void sweep_view_open(struct sweep *s);
void sweep_view_job(struct sweep *s, const struct job *j);
void sweep_view_running(struct sweep *s);
void sweep_view_close(struct sweep *s);

/* Prints the results per combination, the best first, as JSON or as a table of that form. */
ERROR_CHECKED int sweep_print(struct sweep *s, bool json, enum table_form form, struct error *e);
