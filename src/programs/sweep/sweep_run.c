/* Runs the jobs of a sweep, each as `onehot train` in a process of its own. */
#define _GNU_SOURCE
#include "base/platform.h"
#include "programs/sweep/sweep.h"
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAUSE = 5 }; /* seconds between two attempts at a job that runs elsewhere */

/* ---- one process ---- */

/* Becomes `onehot train --quiet --threads THREADS -- CONFIG OVERRIDE ...`, with that signal mask,
 * stdin and stdout on /dev/null, and in a process group of its own: Ctrl-C reaches only the sweep,
 * which passes it on. */
static void train(const struct sweep *s, const struct job *j, const sigset_t *mask) {
    char number[16];
    const char *fixed[] = {"onehot", "train", "--quiet", "--threads", number, "--", s->config};
    enum { FIXED = sizeof fixed / sizeof *fixed };
    size_t count = (size_t)s->grid.count + 1; /* of the overrides, with the NULL */
    int errors = fileno(j->errors), null = open("/dev/null", O_RDWR);
    char **argv = calloc(FIXED + count, sizeof *argv);
    snprintf(number, sizeof number, "%d", s->threads);
    if (argv && dup2(null, 0) >= 0 && dup2(null, 1) >= 0 && dup2(errors, 2) >= 0 &&
        setpgid(0, 0) == 0 && sigprocmask(SIG_SETMASK, mask, NULL) == 0) {
        memcpy(argv, fixed, sizeof fixed);
        memcpy(argv + FIXED, j->overrides, count * sizeof *argv);
        execv(PLATFORM_PROGRAM, argv); /* even if the file of that name has been replaced */
        execvp(program_invocation_name, argv);
    }
    dprintf(errors, "onehot train cannot be started: %s\n", strerror(errno));
    _exit(ERROR_RUN);
}

/* Starts the job's process. */
static int start(const struct sweep *s, struct job *j, const sigset_t *mask) {
    j->errors = tmpfile(); /* a pipe would end the child when this process is killed */
    if (j->errors) {
        fcntl(fileno(j->errors), F_SETFD, FD_CLOEXEC);
        j->pid = fork();
        if (j->pid == 0)
            train(s, j, mask);
        if (j->pid > 0)
            return 0;
        fclose(j->errors);
    }
    return error_run(&j->error, "onehot train cannot be started: %s", strerror(errno));
}

void sweep_last_line(FILE *f, char last[SWEEP_LINE]) {
    char line[SWEEP_LINE];
    rewind(f);
    for (*last = '\0'; fgets(line, sizeof line, f);)
        if (line[0] != '\n')
            strcpy(last, line);
    last[strcspn(last, "\n")] = '\0';
    fclose(f);
}

/* Frees what the job's process held. Sets the job's error, from the status of waitpid and the last
 * line on stderr, if the process failed. */
static int end(struct job *j, int status) {
    struct error *e = &j->error;
    char last[SWEEP_LINE];
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    sweep_last_line(j->errors, last);
    if (code == 0)
        return 0;
    if (code < 0)
        return error_run(e, "the process was killed by signal %d (%s)", WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
    if (!last[0])
        return error_run(e, "the process ended with exit status %d and no message", code);
    bool known = code == ERROR_INPUT || code == ERROR_BUSY;
    return error_record(e, known ? (enum error_status)code : ERROR_RUN, "%s", last);
}

/* ---- all of them ---- */

/* The next job to start: one that is waiting, otherwise one that ran elsewhere and may have been
 * abandoned. NULL if there is none. */
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
        if (!sweep_take_result(j, false)) { /* another process may have finished it meanwhile */
            j->error.status = ERROR_NONE;
            j->state = start(s, j, mask) == 0 ? JOB_RUNNING : JOB_FAILED;
        }
        if (j->state != JOB_RUNNING)
            sweep_view_job(s, j);
    }
}

/* Sets the states of the jobs whose processes have ended. */
static void reap(struct sweep *s, bool interrupted) {
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        int status;
        bool known = j->retry > 0; /* it was reported that it runs elsewhere */
        if (j->state != JOB_RUNNING || waitpid(j->pid, &status, WNOHANG) != j->pid)
            continue;
        if (end(j, status) == 0 && !sweep_take_result(j, true))
            error_run(&j->error,
                      "the process succeeded, but its run is not in %.900s: the config or the data "
                      "have changed since the sweep began",
                      j->directory);
        if (j->error.status == ERROR_BUSY) {
            j->state = JOB_ELSEWHERE;
            j->retry = clock_seconds() + PAUSE;
        } else if (j->error.status != ERROR_NONE) {
            j->state = interrupted ? JOB_WAITING : JOB_FAILED;
        }
        if (j->state != JOB_WAITING && !(j->state == JOB_ELSEWHERE && known))
            sweep_view_job(s, j);
    }
}

/* SIGCHLD is blocked; sigtimedwait receives it. */
int sweep_run(struct sweep *s, struct error *e) {
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
    if (ended_by == 0)
        return 0;
    return error_signal(e, ended_by,
                        "interrupted: %d of %d jobs are finished; run the same command to resume",
                        sweep_count(s, JOB_FINISHED), s->grid.jobs);
}
