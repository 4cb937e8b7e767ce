/* `onehot train` in a child process, by this same program. Each child has a process group of its
 * own: Ctrl-C reaches only the parent, which passes it on.
 *
 * There is no signal handler: the parent blocks the signals and waits for them. */
#pragma once

#include "base/error.h"

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

struct train_process {
    pid_t pid;
    FILE *errors; /* what it prints on stderr */
};

/* Blocks SIGCHLD and the signals that end a program, except those that this one was started to
 * ignore (nohup): `set` receives them, for sigtimedwait; `before` is the mask to restore. */
void train_process_block(sigset_t *set, sigset_t *before);

/* Starts `onehot train --quiet --threads THREADS -- CONFIG OVERRIDE ...` with that signal mask. */
ERROR_CHECKED int train_process_start(struct train_process *p, const char *config,
                                      const char *const *overrides, int threads,
                                      const sigset_t *mask, struct error *e);

/* After the process has ended with that status of waitpid: its error, or 0. Frees what it held. */
ERROR_CHECKED int train_process_end(struct train_process *p, int status, struct error *e);
