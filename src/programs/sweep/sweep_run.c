/* The processes of a sweep. Each job is `onehot train` by this same program, in a process group of
 * its own: Ctrl-C reaches this process alone, which passes it on once.
 *
 * There is no signal handler: the signals are blocked, and the loop waits for them. */
#define _GNU_SOURCE
#include "base/clock.h"
#include "base/file.h"
#include "programs/sweep/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* How `onehot train` says that the directory is locked. */
static const char LOCKED[] = "another process is training in it";

enum { LONGEST_PAUSE = 20 }; /* seconds between two attempts at a job that runs elsewhere */

static int fail(struct sweep *s, struct job *j, const char *why) {
    const char *cached = arena_string(&s->arena, why);
    j->error = cached ? cached : "not enough memory for its error";
    j->state = JOB_FAILED;
    return -1;
}

/* ---- one process ---- */

/* posix_spawn with everything but stderr on /dev/null; returns an errno value. */
static int spawn(struct job *j, char *const *argv, const sigset_t *mask) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    /* The file that runs, even if another one has taken its name since. */
    const char *self =
        access("/proc/self/exe", X_OK) == 0 ? "/proc/self/exe" : program_invocation_name;
    int why = posix_spawn_file_actions_init(&files);
    if (why != 0)
        return why;
    why = posix_spawnattr_init(&attributes);
    if (why != 0) {
        posix_spawn_file_actions_destroy(&files);
        return why;
    }
    if ((why = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
        (why = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)) == 0 &&
        (why = posix_spawn_file_actions_adddup2(&files, fileno(j->errors), 2)) == 0 &&
        (why = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
        (why = posix_spawnattr_setsigmask(&attributes, mask)) == 0 &&
        (why = posix_spawnattr_setflags(&attributes,
                                        POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK)) == 0)
        why = posix_spawnp(&j->pid, self, &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return why;
}

/* Starts the job with so many threads; where that fails, the job has. */
static void start(struct sweep *s, struct job *j, int threads, const sigset_t *mask) {
    char number[16], message[200];
    const char *fixed[] = {"onehot", "train", "--quiet", "--threads", number, "--", s->config};
    enum { FIXED = sizeof fixed / sizeof *fixed };
    const char **argv = calloc((size_t)s->grid.count + FIXED + 1, sizeof *argv);
    snprintf(number, sizeof number, "%d", threads);
    j->errors = tmpfile(); /* a pipe would end the job when this process is killed */
    int why = argv && j->errors ? 0 : errno;
    if (why == 0) {
        memcpy(argv, fixed, sizeof fixed);
        grid_job(&s->grid, (int)(j - s->jobs), argv + FIXED);
        fcntl(fileno(j->errors), F_SETFD, FD_CLOEXEC);
        why = spawn(j, (char *const *)argv, mask);
    }
    free(argv);
    if (why == 0) {
        j->state = JOB_RUNNING;
        j->started = true;
        j->threads = threads;
        return;
    }
    if (j->errors)
        fclose(j->errors);
    snprintf(message, sizeof message, "onehot train cannot be started: %s", strerror(why));
    fail(s, j, message);
}

/* The last line that the process printed on stderr: its error. */
static void last_words(FILE *errors, char *line, size_t size) {
    char next[1100];
    *line = '\0';
    rewind(errors);
    while (fgets(next, sizeof next, errors)) {
        next[strcspn(next, "\n")] = '\0';
        if (next[0])
            snprintf(line, size, "%s", next);
    }
}

/* What the end of the job's process means. */
static void judge(struct sweep *s, struct job *j, int status, bool interrupted) {
    char words[1100], message[1200];
    last_words(j->errors, words, sizeof words);
    fclose(j->errors);
    bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (done && sweep_take_result(j))
        return;
    if (done) {
        snprintf(message, sizeof message,
                 "it ended well, but %.900s holds no such run: config or data have changed since "
                 "the sweep began",
                 j->directory);
        fail(s, j, message);
    } else if (WIFEXITED(status) && strstr(words, LOCKED)) {
        j->state = JOB_ELSEWHERE;
        j->pause = j->pause > 0 ? j->pause * 2 : 1;
        if (j->pause > LONGEST_PAUSE)
            j->pause = LONGEST_PAUSE;
        j->retry = clock_seconds() + j->pause;
    } else if (interrupted) {
        j->state = JOB_WAITING;
    } else if (WIFSIGNALED(status)) {
        snprintf(message, sizeof message, "its process was ended by signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
        fail(s, j, message);
    } else {
        snprintf(message, sizeof message, "it ended with exit status %d and no message",
                 WEXITSTATUS(status));
        fail(s, j, words[0] ? words : message);
    }
}

/* ---- all of them ---- */

/* The job to start next: one that waits, else one that ran elsewhere and may have been given up
 * there. NULL: none. */
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

/* The job's part of the CPUs that no other running job has. */
static int share(const struct sweep *s) {
    int used = 0, running = sweep_count(s, JOB_RUNNING), waiting = sweep_count(s, JOB_WAITING);
    for (int i = 0; i < s->grid.jobs; i++)
        used += s->jobs[i].state == JOB_RUNNING ? s->jobs[i].threads : 0;
    int places = s->side_by_side - running;
    if (places > waiting)
        places = waiting > 0 ? waiting : 1;
    int threads = s->threads > 0 ? s->threads : (s->cpus - used) / places;
    return threads > 1 ? threads : 1;
}

static void tell(const struct sweep_observer *o, const struct job *j) {
    if (o && o->changed)
        o->changed(o->context, j);
}

static void start_all(struct sweep *s, const struct sweep_observer *o, const sigset_t *mask) {
    struct job *j;
    while (sweep_count(s, JOB_RUNNING) < s->side_by_side && (j = next_job(s))) {
        /* Another process may have finished it since. */
        if (!sweep_take_result(j))
            start(s, j, share(s), mask);
        if (j->state != JOB_RUNNING)
            tell(o, j);
    }
}

/* Takes note of the processes that have ended. */
static void reap(struct sweep *s, const struct sweep_observer *o, bool interrupted) {
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        int status;
        bool known = j->pause > 0; /* that it is trained elsewhere */
        if (j->state != JOB_RUNNING || waitpid(j->pid, &status, WNOHANG) != j->pid)
            continue;
        judge(s, j, status, interrupted);
        if (j->state != JOB_WAITING && !(j->state == JOB_ELSEWHERE && known))
            tell(o, j);
    }
}

/* Those of the signals that end a program which this one was not told to ignore (nohup), and the
 * one that says that a process ended. */
static void choose_signals(sigset_t *set) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction now;
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(set, ends[i]);
}

int sweep_run(struct sweep *s, const struct sweep_observer *o) {
    sigset_t set, before;
    int ended_by = 0;
    signal(SIGCHLD, SIG_DFL); /* ignored, it would take the exit statuses away */
    choose_signals(&set);
    sigprocmask(SIG_BLOCK, &set, &before);
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
                    kill(j->pid, got == SIGHUP ? SIGTERM : got);
        }
        reap(s, o, ended_by != 0);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ended_by;
}
