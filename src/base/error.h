/* How calls report errors.
 *
 * A fallible function takes `struct error *` last and returns 0 or -1, or a pointer or NULL. The
 * text is one sentence that names the file, the position in it and the problem. The first error
 * wins: a later one never overwrites it, so cleanup code can ignore this. Only a program's main
 * prints it and exits with its status. */
#pragma once

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

/* Record an error of the named status unless one is there already; all return -1. Control bytes
 * from a file's name or content are replaced by '?'. */
int error_input(struct error *e, const char *format, ...) ERROR_PRINTF(2, 3);
int error_run(struct error *e, const char *format, ...) ERROR_PRINTF(2, 3);
int error_busy(struct error *e, const char *format, ...) ERROR_PRINTF(2, 3);
int error_signal(struct error *e, int signal, const char *format, ...) ERROR_PRINTF(3, 4);

/* The one sentence for "malloc returned NULL", which names what the memory was for. Returns -1. */
int error_memory(struct error *e, const char *what);
