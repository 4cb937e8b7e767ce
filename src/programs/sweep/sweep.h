/* onehot sweep, in parts: sweep_plan.c makes the jobs, sweep_run.c runs them as processes,
 * sweep_view.c shows how far they are, sweep_table.c ranks what came out. */
#pragma once

#include "base/sha256.h"
#include "base/text.h"
#include "programs/sweep/grid.h"

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
    double validation_accuracy, test_accuracy; /* of the model; NaN without such a set */
    double seconds;
    char model[SHA256_HEX];
};

struct job {
    char id[SHA256_HEX];
    const char *directory;
    int epochs;
    enum job_state state;
    struct job_result result; /* JOB_FINISHED: what it found */
    const char *error;        /* JOB_FAILED: why, in one sentence */
    bool started;             /* by this process, at some time */

    /* of a running job */
    pid_t pid;
    int threads;
    FILE *errors; /* what it prints on stderr */

    /* of a job that runs elsewhere: when to try it again, and the pause before that, in seconds */
    double retry, pause;
};

struct sweep {
    const char *config; /* the file */
    struct grid grid;
    struct job *jobs;    /* grid.jobs */
    bool has_validation; /* every job sets samples aside */
    int side_by_side;    /* processes at a time, at most */
    int cpus, threads;   /* to share out; for each job, 0: its share */
    struct arena arena;  /* owns all of the above */
};

/* How many jobs are in that state. */
int sweep_count(const struct sweep *s, enum job_state state);

/* The last part of the axis's key, "learning_rate", or the whole where that would be ambiguous. */
const char *sweep_key(const struct sweep *s, const struct grid_axis *axis);

/* Adds what distinguishes the job: "learning_rate=0.05 seed=3". */
void sweep_add_name(const struct sweep *s, const struct job *j, struct text *out);

/* Makes the jobs of s->grid, checks the config of each, and finds those that are finished. */
ERROR_CHECKED int sweep_plan(struct sweep *s, struct error *e);

/* Takes over the result of the job where its directory holds the finished run. */
bool sweep_take_result(struct job *j);

/* Whom to tell, may be NULL. `changed`: the job has finished, failed, or was found to run
 * elsewhere. `tick` is called a few times a second. */
struct sweep_observer {
    void *context;
    void (*changed)(void *context, const struct job *j);
    void (*tick)(void *context);
};

/* Runs the jobs that are waiting until all have finished or failed. Ctrl-C and SIGTERM go on to
 * the processes, which are waited for; the return value is that signal's number then, else 0. */
int sweep_run(struct sweep *s, const struct sweep_observer *observer);

/* The same, and prints what it does. */
int sweep_watch(struct sweep *s);

/* What came of it, by setting, best first: for people, for Markdown, for programs. */
enum sweep_form { SWEEP_TABLE, SWEEP_MARKDOWN, SWEEP_CSV, SWEEP_JSON };
ERROR_CHECKED int sweep_print(const struct sweep *s, enum sweep_form form, struct error *e);
