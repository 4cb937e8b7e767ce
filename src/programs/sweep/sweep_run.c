/* Runs the jobs of a sweep, each in a process of its own. */
#include "base/clock.h"
#include "base/file.h"
#include "programs/sweep/sweep.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

enum { MAX_PAUSE = 20 }; /* seconds between two attempts at a job that runs elsewhere */

static void fail(struct sweep *s, struct job *j, const char *format, ...) ERROR_PRINTF(3, 4);
static void fail(struct sweep *s, struct job *j, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(&s->arena, format, args);
    va_end(args);
    j->error = message ? message : "not enough memory for its error";
    j->state = JOB_FAILED;
}

/* ---- one process ---- */

/* Starts the job with that many threads; if this fails, the job has failed. */
static void start(struct sweep *s, struct job *j, int threads, const sigset_t *mask) {
    int why = train_process_start(&j->process, s->config, j->overrides, threads, mask);
    j->threads = threads;
    j->state = JOB_RUNNING;
    if (why != 0)
        fail(s, j, "onehot train cannot be started: %s", strerror(why));
}

/* Sets the job's state after its process has ended. */
static void judge(struct sweep *s, struct job *j, int status, bool interrupted) {
    char error[1100];
    train_process_end(&j->process, error, sizeof error);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code == 0) {
        if (!sweep_take_result(j))
            fail(s, j,
                 "the process succeeded, but %.900s does not hold its run: the config or the data "
                 "have changed since the sweep began",
                 j->directory);
    } else if (code == ERROR_BUSY) {
        j->state = JOB_ELSEWHERE;
        j->pause = fmin(j->pause > 0 ? j->pause * 2 : 1, MAX_PAUSE);
        j->retry = clock_seconds() + j->pause;
    } else if (interrupted) {
        j->state = JOB_WAITING;
    } else if (WIFSIGNALED(status)) {
        fail(s, j, "the process was killed by signal %d (%s)", WTERMSIG(status),
             strsignal(WTERMSIG(status)));
    } else if (error[0]) {
        fail(s, j, "%s", error);
    } else {
        fail(s, j, "the process ended with exit status %d and no message", code);
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

/* The next job's fraction of the CPUs that are free. */
static int threads_for_next(const struct sweep *s) {
    int used = 0, running = sweep_count(s, JOB_RUNNING), waiting = sweep_count(s, JOB_WAITING);
    for (int i = 0; i < s->grid.jobs; i++)
        used += s->jobs[i].state == JOB_RUNNING ? s->jobs[i].threads : 0;
    int places = s->side_by_side - running;
    if (places > waiting)
        places = waiting > 0 ? waiting : 1;
    int threads = s->threads > 0 ? s->threads : (s->cpus - used) / places;
    return threads > 1 ? threads : 1;
}

static void notify(const struct sweep_observer *o, const struct job *j) {
    if (o && o->changed)
        o->changed(o->context, j);
}

static void start_all(struct sweep *s, const struct sweep_observer *o, const sigset_t *mask) {
    struct job *j;
    while (sweep_count(s, JOB_RUNNING) < s->side_by_side && (j = next_job(s))) {
        /* Another process may have finished it meanwhile. */
        if (!sweep_take_result(j))
            start(s, j, threads_for_next(s), mask);
        if (j->state != JOB_RUNNING)
            notify(o, j);
    }
}

/* Handles the processes that have ended. */
static void reap(struct sweep *s, const struct sweep_observer *o, bool interrupted) {
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        int status;
        bool known = j->pause > 0; /* to run elsewhere */
        if (j->state != JOB_RUNNING || waitpid(j->process.pid, &status, WNOHANG) != j->process.pid)
            continue;
        judge(s, j, status, interrupted);
        if (j->state != JOB_WAITING && !(j->state == JOB_ELSEWHERE && known))
            notify(o, j);
    }
}

int sweep_run(struct sweep *s, const struct sweep_observer *o) {
    sigset_t set, before;
    int ended_by = 0;
    train_process_block(&set, &before);
    for (;;) {
        if (!ended_by)
            start_all(s, o, &before);
        if (o && o->tick)
            o->tick(o->context);
        if (sweep_count(s, JOB_RUNNING) == 0 &&
            (ended_by || sweep_count(s, JOB_WAITING) + sweep_count(s, JOB_ELSEWHERE) == 0))
            break;
        int got = sigtimedwait(&set, NULL, &(struct timespec){.tv_nsec = 200 * 1000 * 1000});
        if (got > 0 && got != SIGCHLD) {
            ended_by = ended_by ? ended_by : got;
            for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
                if (j->state == JOB_RUNNING)
                    kill(j->process.pid, got == SIGHUP ? SIGTERM : got);
        }
        reap(s, o, ended_by != 0);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ended_by;
}
