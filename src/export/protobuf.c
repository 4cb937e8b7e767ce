#include "export/export.h"
#include "runs/bytes.h"

/* Wire types: how a field's value is stored. */
enum { VARINT = 0, LENGTH = 2, FIXED32 = 5 };

/* Seven bits per byte, the low ones first; the eighth bit says that more follow. */
static void add_varint(struct text *out, uint64_t value) {
    for (; value >= 128; value >>= 7)
        text_add(out, (const char[]){(char)(value | 128)}, 1);
    text_add(out, (const char[]){(char)value}, 1);
}

/* Adds the fields up to the end or a "}", which it returns. */
static const char *add(struct text *out, const char *s, va_list *args) {
    while (*(s += strspn(s, " ")) && *s != '}') {
        char *value;
        uint64_t tag = strtoul(strchr(s, '=') + 1, &value, 10) << 3;
        char type = value[1] == '{' ? '{' : value[2];
        s = value + 3; /* after " %d" */
        if (type == 'd') {
            add_varint(out, tag | VARINT);
            add_varint(out, (uint64_t)va_arg(*args, int));
        } else if (type == 'g') {
            add_varint(out, tag | FIXED32);
            bytes_add_float(out, (float)va_arg(*args, double));
        } else {
            struct text message = {0}, *t = type == 'p' ? va_arg(*args, struct text *) : &message;
            if (type == 's')
                text_printf(t, "%s", va_arg(*args, const char *));
            else if (type == '{')
                s = add(t, value + 2, args) + 1;
            add_varint(out, tag | LENGTH);
            add_varint(out, t->size);
            text_add(out, t->data ? t->data : "", t->size);
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
