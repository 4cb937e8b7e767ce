#include "export/protobuf.h"
#include "runs/bytes.h"

#include <string.h>

/* Wire types: how a field's value is stored. */
enum { VARINT = 0, LENGTH = 2, FIXED32 = 5 };

/* Seven bits per byte, the low ones first; the eighth bit says that more follow. */
static void add_varint(struct text *out, uint64_t value) {
    for (; value >= 128; value >>= 7)
        text_add(out, (const char[]){(char)(value | 128)}, 1);
    text_add(out, (const char[]){(char)value}, 1);
}

static void add_tag(struct text *out, int field, int kind) {
    add_varint(out, (uint64_t)field << 3 | (uint64_t)kind);
}

void protobuf_int(struct text *out, int field, uint64_t value) {
    add_tag(out, field, VARINT);
    add_varint(out, value);
}

void protobuf_float(struct text *out, int field, float value) {
    add_tag(out, field, FIXED32);
    bytes_add_float(out, value);
}

static void add_bytes(struct text *out, int field, const void *bytes, size_t size) {
    add_tag(out, field, LENGTH);
    add_varint(out, size);
    text_add(out, bytes, size);
}

void protobuf_string(struct text *out, int field, const char *s) {
    add_bytes(out, field, s, strlen(s));
}

void protobuf_message(struct text *out, int field, struct text *inner) {
    add_bytes(out, field, inner->data ? inner->data : "", inner->size);
    text_done(inner, out);
}
