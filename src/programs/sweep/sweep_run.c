/* Runs the jobs of a sweep, each in a process of its own. */
#include "base/platform.h"
#include "programs/sweep/sweep.h"
#include "ui/signals.h"

#include <signal.h>
#include <sys/wait.h>

enum { PAUSE = 5 }; /* seconds between two attempts at a job that runs elsewhere */

static void fail(struct sweep *s, struct job *j, const struct error *e) {
    const char *message = arena_string(&s->arena, e->text);
    j->error = message ? message : "not enough memory for its error";
    j->state = JOB_FAILED;
}

/* ---- one process ---- */

/* Sets the job's state after its process has ended. */
static void judge(struct sweep *s, struct job *j, int status, bool interrupted) {
    struct error e = {0};
    if (sweep_process_end(j, status, &e) == 0 && !sweep_take_result(j))
        error_run(&e,
                  "the process succeeded, but %.900s does not hold its run: the config or the data "
                  "have changed since the sweep began",
                  j->directory);
    if (e.status == ERROR_BUSY) {
        j->state = JOB_ELSEWHERE;
        j->retry = clock_seconds() + PAUSE;
    } else if (e.status != ERROR_NONE && interrupted) {
        j->state = JOB_WAITING;
    } else if (e.status != ERROR_NONE) {
        fail(s, j, &e);
    }
}

/* ---- all of them ---- */

/* The job to start next: one that is waiting, otherwise one that ran elsewhere and may have been
 * abandoned. NULL: none. */
static struct job *next_job(struct sweep *s) {
    struct job *again = NULL;
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        if (j->state == JOB_WAITING)
            return j;
        if (!again && j->state == JOB_ELSEWHERE && clock_seconds() >= j->retry)
            again = j;
    }
    return again;
}

static void start_all(struct sweep *s, const sigset_t *mask) {
    struct job *j;
    while (sweep_count(s, JOB_RUNNING) < s->side_by_side && (j = next_job(s))) {
        /* Another process may have finished it meanwhile. */
        if (!sweep_take_result(j)) {
            struct error e = {0};
            j->state = JOB_RUNNING;
            if (sweep_process_start(s, j, mask, &e) != 0)
                fail(s, j, &e);
        }
        if (j->state != JOB_RUNNING)
            sweep_view_job(s, j);
    }
}

/* Handles the processes that have ended. */
static void reap(struct sweep *s, bool interrupted) {
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        int status;
        bool known = j->retry > 0; /* to run elsewhere */
        if (j->state != JOB_RUNNING || waitpid(j->pid, &status, WNOHANG) != j->pid)
            continue;
        judge(s, j, status, interrupted);
        if (j->state != JOB_WAITING && !(j->state == JOB_ELSEWHERE && known))
            sweep_view_job(s, j);
    }
}

/* SIGCHLD is blocked, and received by sigtimedwait. */
int sweep_run(struct sweep *s) {
    sigset_t set, before;
    int ended_by = 0;
    signal(SIGCHLD, SIG_DFL); /* if it were ignored, exit statuses would be lost */
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &before);
    signals_catch();
    for (;;) {
        if (!ended_by)
            start_all(s, &before);
        sweep_view_running(s);
        if (sweep_count(s, JOB_RUNNING) == 0 &&
            (ended_by || sweep_count(s, JOB_WAITING) + sweep_count(s, JOB_ELSEWHERE) == 0))
            break;
        sigtimedwait(&set, NULL, &(struct timespec){.tv_nsec = 200 * 1000 * 1000});
        if (!ended_by && signals_caught()) {
            ended_by = signals_caught();
            for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
                if (j->state == JOB_RUNNING)
                    kill(j->pid, ended_by == SIGHUP ? SIGTERM : ended_by);
        }
        reap(s, ended_by != 0);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    sweep_view_close(s);
    return ended_by;
}
