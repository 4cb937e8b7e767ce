/* Work in a process of its own, so that the caller can clean up behind it, whatever becomes of it:
 *   struct apart a;
 *   apart_begin(&a);
 *   ... make temporary files ...  apart_run(...);  ... remove them ...
 *   apart_end(&a);
 * An interruption meanwhile (SIGINT, SIGTERM, SIGHUP) goes to the child, makes apart_run fail, and
 * ends the caller in apart_end. */
#ifndef ONEHOT_PROGRAMS_APART_H
#define ONEHOT_PROGRAMS_APART_H

#include "base/error.h"

#include <signal.h>

enum { APART_SIGNALS = 3 };

struct apart {
    struct sigaction was[APART_SIGNALS]; /* what the signals did before */
};

void apart_begin(struct apart *a);
void apart_end(const struct apart *a);

/* Calls work(context, e) in a child process and waits for its end. The child's error becomes the
 * caller's. The caller must be the only thread. */
ERROR_CHECKED int apart_run(const struct apart *a, int (*work)(void *context, struct error *e),
                            void *context, struct error *e);

#endif
