#include "export/protobuf.h"
#include "runs/bytes.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Wire types: how a field's value is stored. */
enum { VARINT = 0, LENGTH = 2, FIXED32 = 5 };

/* Seven bits per byte, the low ones first; the eighth bit says that more follow. */
static void add_varint(struct text *out, uint64_t value) {
    for (; value >= 128; value >>= 7)
        text_add(out, (const char[]){(char)(value | 128)}, 1);
    text_add(out, (const char[]){(char)value}, 1);
}

static void add_tag(struct text *out, uint64_t field, uint64_t kind) {
    add_varint(out, field << 3 | kind);
}

static void add_bytes(struct text *out, uint64_t field, const void *bytes, size_t size) {
    add_tag(out, field, LENGTH);
    add_varint(out, size);
    text_add(out, bytes, size);
}

/* Adds the fields up to the end or a "}", which it returns. */
static const char *add(struct text *out, const char *s, va_list *args) {
    while (*(s += strspn(s, " ")) && *s != '}') {
        char *value;
        uint64_t field = strtoul(strchr(s, '=') + 1, &value, 10);
        char type = value[1] == '{' ? '{' : value[2];
        s = value + 3; /* after " %d" */
        if (type == 'd') {
            add_tag(out, field, VARINT);
            add_varint(out, (uint64_t)va_arg(*args, int));
        } else if (type == 'g') {
            add_tag(out, field, FIXED32);
            bytes_add_float(out, (float)va_arg(*args, double));
        } else if (type == 's') {
            const char *string = va_arg(*args, const char *);
            add_bytes(out, field, string, strlen(string));
        } else {
            struct text message = {0}, *t = type == 'p' ? va_arg(*args, struct text *) : &message;
            s = type == 'p' ? s : add(t, value + 2, args) + 1;
            add_bytes(out, field, t->data ? t->data : "", t->size);
            text_done(t, out);
        }
    }
    return s;
}

void protobuf_add(struct text *out, const char *fields, ...) {
    va_list args;
    va_start(args, fields);
    (void)add(out, fields, &args);
    va_end(args);
}
