#include "base/error.h"
#include "base/text.h"

int error_record(struct error *e, enum error_status status, const char *format, ...) {
    if (e->status == ERROR_NONE) {
        va_list args;
        va_start(args, format);
        vsnprintf(e->text, sizeof e->text, format, args);
        va_end(args);
        e->status = status;
        text_make_plain(e->text);
    }
    return -1;
}

int error_pass(struct error *e, const struct error *ignored) {
    return ignored->status == ERROR_RUN ? error_run(e, "%s", ignored->text) : 0;
}

int error_advise(struct error *e, const char *next) {
    size_t size = strlen(e->text);
    if (e->status == ERROR_INPUT && !strchr(e->text, ';'))
        snprintf(e->text + size, sizeof e->text - size, "; %s", next);
    return -1;
}
