/* onehot sweep, in parts: sweep_plan.c creates the jobs, sweep_run.c runs them as processes
 * (sweep_process.c), sweep_view.c shows their progress, sweep_table.c ranks the results. */
#pragma once

#include "base/sha256.h"
#include "base/text.h"
#include "programs/sweep/grid.h"
#include "ui/table.h"

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

enum job_state {
    JOB_WAITING,
    JOB_RUNNING,
    JOB_ELSEWHERE, /* another process trains in its directory, here or on another machine */
    JOB_FINISHED,
    JOB_FAILED,
};

struct job_result {
    double validation_accuracy, test_accuracy; /* of the model; NaN if there is no such set */
    double seconds;
    char model[SHA256_HEX];
};

struct job {
    const char **overrides; /* grid_overrides */
    struct job_data {
        const char *content; /* the keys that decide it, but not which of its samples are used */
        bool validation;     /* it has a validation set of its own */
        char digest[SHA256_HEX];
    } data;
    const char *name; /* what distinguishes it, "learning_rate=0.05 seed=3" */
    char id[SHA256_HEX];
    const char *directory;
    int epochs;
    enum job_state state;
    struct job_result result; /* JOB_FINISHED */
    const char *error;        /* JOB_FAILED: why, in one sentence */

    /* JOB_RUNNING */
    pid_t pid;
    FILE *errors; /* what the process prints on stderr */

    double retry; /* JOB_ELSEWHERE: the time of the next try */
};

struct sweep {
    const char *config; /* the file */
    struct grid grid;
    struct job *jobs;    /* grid.jobs */
    bool has_validation; /* every job has a validation set */
    int side_by_side;    /* the maximum number of processes at a time */
    int cpus, threads;   /* to distribute; per job */
    struct arena arena;  /* owns all of the above */

    struct sweep_view {
        bool on;
        bool live;    /* on a terminal: show the running jobs, too */
        int lines;    /* printed for them last time */
        int finished; /* before the start */
        double start;
    } view;
};

/* The number of jobs in that state. */
int sweep_count(const struct sweep *s, enum job_state state);

/* Creates the jobs of s->grid, checks the config of each, and finds those that are finished. */
ERROR_CHECKED int sweep_plan(struct sweep *s, struct error *e);

/* Reads the job's result if its directory holds the finished run. */
bool sweep_take_result(struct job *j);

/* Runs the waiting jobs until all have finished or failed. Passes Ctrl-C and SIGTERM on to the
 * processes and waits for them; then it returns that signal's number, otherwise 0. A second signal
 * ends the sweep at once. */
int sweep_run(struct sweep *s);

/* Starts `onehot train --quiet --threads THREADS -- CONFIG OVERRIDE ...` with that signal mask, in
 * a process group of its own: Ctrl-C reaches only this process, which passes it on. */
ERROR_CHECKED int sweep_process_start(const struct sweep *s, struct job *j, const sigset_t *mask,
                                      struct error *e);

/* After the process has ended with that status of waitpid: its error, or 0. Frees what it held. */
ERROR_CHECKED int sweep_process_end(struct job *j, int status, struct error *e);

/* Turns the view on and prints the plan. If it is on, the others print a job that has ended or was
 * found to run elsewhere; the running jobs; and nothing, after removing these. */
void sweep_view_open(struct sweep *s);
void sweep_view_job(struct sweep *s, const struct job *j);
void sweep_view_running(struct sweep *s);
void sweep_view_close(struct sweep *s);

/* Prints the results per combination, the best first, as JSON or as a table of that form. */
ERROR_CHECKED int sweep_print(struct sweep *s, bool json, enum table_form form, struct error *e);
