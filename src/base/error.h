/* How functions report errors.
 *
 * A fallible function takes `struct error *` last and returns 0 or -1, or a pointer or NULL. The
 * text is one sentence that names the file, the place in it and the problem. The first error wins:
 * later ones do not overwrite it, so cleanup code need not check for it. Only a program's main
 * prints it and exits with its status. */
#pragma once

#include "base/libc.h"

enum error_status {
    ERROR_NONE = 0,
    ERROR_RUN = 1,      /* the run failed: a non-finite loss, a full disk, no memory */
    ERROR_INPUT = 2,    /* bad usage, config or data */
    ERROR_BUSY = 3,     /* another process is training in the directory */
    ERROR_SIGNAL = 128, /* + the number of the signal that ended the run, as in a shell */
};

struct error {
    enum error_status status;
    char text[1024];
};

#define ERROR_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define ERROR_CHECKED             __attribute__((warn_unused_result))

/* Records an error unless there is one already; returns -1. Control characters, and bytes that are
 * not UTF-8, which may come from a file's name or content, are replaced by '?'. */
int error_record(struct error *e, enum error_status status, const char *format, ...)
    ERROR_PRINTF(3, 4);

/* Records an error that the caller would ignore, if it is not the input's fault: a failing disk, no
 * memory. Returns 0, or -1. */
int error_pass(struct error *e, const struct error *ignored);

#define error_input(e, ...)   error_record(e, ERROR_INPUT, __VA_ARGS__)
#define error_run(e, ...)     error_record(e, ERROR_RUN, __VA_ARGS__)
#define error_busy(e, ...)    error_record(e, ERROR_BUSY, __VA_ARGS__)
#define error_memory(e, what) error_run(e, "not enough memory for %s", what)
#define error_signal(e, signal, ...)                                                               \
    error_record(e, (enum error_status)(ERROR_SIGNAL + (signal)), __VA_ARGS__)

/* Appends "; NEXT", what to do about it, to an input error without a semicolon. Returns -1. */
int error_advise(struct error *e, const char *next);
