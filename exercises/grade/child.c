#include "child.h"
#include "base/platform.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- in the child ---- */

enum { CHILD_STACK = 64 }; /* MB below child_run's frame that count as the stack */

static struct verdict *shared;
static char *stack; /* an address in child_run's frame */

static bool memory_is_out(void) {
    void *p = mmap(NULL, 16 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED)
        munmap(p, 16 << 20);
    return p == MAP_FAILED;
}

/* Records what only the child knows, then lets the signal end the child. The parent puts it into
 * words, as a handler may not call snprintf. */
static void on_signal(int signal, siginfo_t *info, void *context) {
    (void)context;
    uintptr_t at = (uintptr_t)info->si_addr, top = (uintptr_t)stack;
    bool address = signal == SIGSEGV || signal == SIGBUS;
    shared->crash.cause = memory_is_out()                                       ? CRASH_MEMORY
                          : !address                                            ? CRASH_UNKNOWN
                          : at < 4096                                           ? CRASH_NULL
                          : at < top && top - at < (uintptr_t)CHILD_STACK << 20 ? CRASH_STACK
                                                                                : CRASH_ADDRESS;
    shared->crash.place = guard_find(info->si_addr);
}

static void catch_signals(void) {
    static char space[65536];
    stack_t alternative = {.ss_sp = space, .ss_size = sizeof space};
    sigaltstack(&alternative, NULL);
    struct sigaction action = {.sa_sigaction = on_signal,
                               .sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND)};
    const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

/* RLIMIT_CPU is in whole seconds, counted from the start of the process. */
void child_allow(int seconds) {
    struct rusage used;
    shared->seconds = seconds;
    getrusage(RUSAGE_SELF, &used);
    rlim_t end = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + seconds);
    setrlimit(RLIMIT_CPU, &(struct rlimit){end, RLIM_INFINITY});
}

static void limit(void) {
    rlim_t memory = (rlim_t)CHILD_MEGABYTES << 20;
    (void)memory;
#ifndef __SANITIZE_ADDRESS__ /* AddressSanitizer maps terabytes of address space */
    setrlimit(RLIMIT_AS, &(struct rlimit){memory, memory});
#endif
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){1 << 20, 1 << 20});
    child_allow(CHILD_SECONDS);
}

static void be_child(void (*f)(void *, struct verdict *), void *context, int output) {
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setvbuf(stdout, NULL, _IOLBF, 0); /* so that output survives a crash */
    setpgid(0, 0);
    catch_signals();
    limit();
    f(context, shared);
    fflush(stdout);
    _exit(0);
}

/* ---- in the parent ---- */

/* Reads the child's output until the child ends. Returns false if it had to be killed because it
 * ran ten times as long as its CPU limit, in which case it must be waiting for something. */
static bool collect(pid_t pid, int from, char *output, size_t size, int *status) {
    struct pollfd p = {from, POLLIN, 0};
    double start = clock_seconds();
    bool ended = false, late = false;
    for (size_t used = 0; used < size - 1 || !ended;) {
        char bytes[4096];
        if (poll(&p, 1, ended ? 0 : p.fd < 0 ? 5 : 50) > 0) {
            ssize_t n = read(from, bytes, sizeof bytes);
            size_t got = n > 0 ? (size_t)n : 0;
            size_t saved = got < size - 1 - used ? got : size - 1 - used;
            memcpy(output + used, bytes, saved);
            output[used += saved] = '\0';
            if (n <= 0)
                p.fd = -1; /* end of output: wait for the child's end */
        } else if (ended) {
            break;
        }
        if (!ended && clock_seconds() - start > 10 * (shared->seconds + 1)) {
            kill(pid, SIGKILL);
            late = true;
        }
        if (!ended)
            ended = waitpid(pid, status, WNOHANG) == pid;
        if (ended)
            kill(-pid, SIGKILL); /* the child's own children, which may hold the pipe open */
    }
    return !late;
}

/* The cause of a crash, as the end of a sentence; empty if it is unknown. */
static void describe_crash(const struct verdict *v, char *out, size_t size) {
    const struct guard_place *p = &v->crash.place;
    out[0] = '\0';
    if (v->crash.cause == CRASH_MEMORY)
        snprintf(out, size, "it has used all of the %d MB allowed", CHILD_MEGABYTES);
    else if (v->crash.cause == CRASH_NULL)
        snprintf(out, size, "it dereferenced a NULL pointer");
    else if (v->crash.cause == CRASH_STACK)
        snprintf(
            out, size,
            "it overflowed the stack, by infinite recursion or with an array that is too large");
    else if (v->crash.cause == CRASH_ADDRESS && p->what == GUARD_NOTHING)
        snprintf(out, size, "it accessed an invalid address");
    else if (v->crash.cause == CRASH_ADDRESS && p->what == GUARD_READ_ONLY)
        snprintf(out, size, "it wrote to %s, which is read-only", p->name);
    else if (v->crash.cause == CRASH_ADDRESS && p->rows == 0)
        snprintf(out, size, "it accessed memory past the end of %s", p->name);
    else if (v->crash.cause == CRASH_ADDRESS)
        snprintf(out, size, "it accessed memory %s of %s, which is %d x %d",
                 p->what == GUARD_BEFORE ? "before the start" : "past the end", p->name, p->rows,
                 p->cols);
}

/* Describes how a child ended without finishing. */
static void describe_end(struct verdict *v, const char *name, int status, bool in_time) {
    const char *doing = v->doing[0] ? v->doing : "before the first case";
    char how[120], crash[200];
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    v->state = WRONG;
    describe_crash(v, crash, sizeof crash);
    if (!in_time || signal == SIGXCPU) {
        snprintf(v->text, sizeof v->text,
                 "%s did not finish %s%s%s. It probably has an infinite loop: check each loop's "
                 "counter and end condition.",
                 name, doing, crash[0] ? "; " : "", crash);
        return;
    }
    if (!signal)
        snprintf(how, sizeof how, "ended the program (did it call exit?)");
    else
        snprintf(how, sizeof how, "was stopped by %s",
                 signal == SIGSEGV || signal == SIGBUS ? "a segmentation fault"
                 : signal == SIGFPE                    ? "an integer division by 0"
                 : signal == SIGABRT                   ? "a call to abort"
                 : signal == SIGKILL                   ? "the system, probably for its memory use"
                                                       : strsignal(signal));
    snprintf(v->text, sizeof v->text, "%s %s %s%s%s.", name, how, doing, crash[0] ? ": " : "",
             crash);
}

int child_run(void (*f)(void *, struct verdict *), void *context, const char *name,
              struct verdict *v, char *output, size_t size) {
    int ends[2], status = 0;
    char here;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || pipe(ends) != 0)
        return -1;
    *shared = *v;
    stack = &here;
    output[0] = '\0';
    fflush(stdout);
    signal(SIGCHLD, SIG_DFL); /* if it were ignored, the child's status would be lost */
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_child(f, context, ends[1]);
    }
    close(ends[1]);
    bool in_time = pid > 0 && collect(pid, ends[0], output, size, &status);
    close(ends[0]);
    *v = *shared;
    v->status = status;
    munmap(shared, sizeof *shared);
    v->doing[sizeof v->doing - 1] = v->text[sizeof v->text - 1] = '\0';
    if (pid > 0 && v->state == BROKEN && WIFSIGNALED(status)) {
        v->state = WRONG;
        snprintf(v->text, sizeof v->text,
                 "%s is right in all small cases, but the grader crashed after it: it must have "
                 "written past the end of an array of its own.",
                 name);
    } else if (pid > 0 && v->state == RUNNING)
        describe_end(v, name, status, in_time);
    return pid > 0 ? 0 : -1;
}
