#include "programs/subprocess.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const int signals[SUBPROCESS_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t caught; /* the last of them that came, or 0 */
static volatile pid_t child;

static void on_signal(int number) {
    caught = number;
    if (child > 0)
        kill(child, number);
}

/* A signal that is ignored (nohup) stays so. */
void subprocess_begin(struct subprocess *a) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    for (int i = 0; i < SUBPROCESS_SIGNALS; i++) {
        sigaction(signals[i], NULL, &a->was[i]);
        if (a->was[i].sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
}

void subprocess_end(const struct subprocess *a) {
    for (int i = 0; i < SUBPROCESS_SIGNALS; i++)
        sigaction(signals[i], &a->was[i], NULL);
    if (caught)
        raise(caught);
}

static void wait_for_child(struct error *e) {
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status))
        error_run(e, "the process was ended by signal %d", WTERMSIG(status));
}

int subprocess_run(const struct subprocess *a, int (*work)(void *context, struct error *e),
                   void *context, struct error *e) {
    struct error *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return error_memory(e, "a process");
    fflush(NULL); /* or the child would print it, too */

    /* Blocked around the fork: a signal that comes before `child` is set would not reach it. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    child = fork();
    if (child == 0) {
        for (int i = 0; i < SUBPROCESS_SIGNALS; i++)
            sigaction(signals[i], &a->was[i], NULL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        _exit(caught || work(context, shared) != 0);
    }
    int why = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);

    if (child < 0)
        error_run(shared, "cannot make a process: %s", strerror(why));
    else
        wait_for_child(shared);
    child = 0;
    if (caught)
        error_run(e, "interrupted");
    if (shared->status != ERROR_NONE && e->status == ERROR_NONE)
        *e = *shared;
    munmap(shared, sizeof *shared);
    return e->status == ERROR_NONE ? 0 : -1;
}
