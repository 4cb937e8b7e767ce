#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static void record(struct error *e, enum error_status status, const char *format, va_list args) {
    if (e->status == ERROR_NONE) {
        e->status = status;
        vsnprintf(e->text, sizeof e->text, format, args);
        for (char *c = e->text; *c; c++)
            if ((unsigned char)*c < ' ' || *c == 0x7f)
                *c = '?';
    }
}

int error_input(struct error *e, const char *format, ...) {
    va_list args;
    va_start(args, format);
    record(e, ERROR_INPUT, format, args);
    va_end(args);
    return -1;
}

int error_run(struct error *e, const char *format, ...) {
    va_list args;
    va_start(args, format);
    record(e, ERROR_RUN, format, args);
    va_end(args);
    return -1;
}

int error_busy(struct error *e, const char *format, ...) {
    va_list args;
    va_start(args, format);
    record(e, ERROR_BUSY, format, args);
    va_end(args);
    return -1;
}

int error_signal(struct error *e, int signal, const char *format, ...) {
    va_list args;
    va_start(args, format);
    record(e, ERROR_SIGNAL + (enum error_status)signal, format, args);
    va_end(args);
    return -1;
}

int error_memory(struct error *e, const char *what) {
    return error_run(e, "not enough memory for %s", what);
}
