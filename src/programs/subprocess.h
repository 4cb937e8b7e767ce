/* Work in a process of its own, so that the caller can clean up behind it, whatever becomes of it:
 *   struct apart a;
 *   apart_begin(&a);
 *   ... make temporary files ...  apart_run(...);  ... remove them ...
 *   apart_end(&a);
 * An interruption meanwhile (SIGINT, SIGTERM, SIGHUP) goes to the child, makes apart_run fail, and
 * ends the caller in apart_end. */
#pragma once

#include "base/error.h"

#include <signal.h>

enum { SUBPROCESS_SIGNALS = 3 };

struct subprocess {
    struct sigaction was[SUBPROCESS_SIGNALS]; /* what the signals did before */
};

void subprocess_begin(struct subprocess *a);
void subprocess_end(const struct subprocess *a);

/* Calls work(context, e) in a child process and waits for its end. The child's error becomes the
 * caller's. The caller must be the only thread. */
ERROR_CHECKED int subprocess_run(const struct subprocess *a,
                                 int (*work)(void *context, struct error *e), void *context,
                                 struct error *e);
