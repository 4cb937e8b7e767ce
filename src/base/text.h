/* A string that grows, and JSON written into it.
 *
 * Everything that onehot writes as JSON (run directories, the safetensors header, the schema,
 * --json) goes through here rather than through the JSON parser's printer: these bytes are hashed,
 * so they must not change with a library's version.
 *
 * A failed allocation is remembered in `failed`; further calls then do nothing, so that a writer
 * checks once, at its end. */
#ifndef ONEHOT_BASE_TEXT_H
#define ONEHOT_BASE_TEXT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data; /* NUL-terminated once anything was added; NULL before */
    size_t size, capacity;
    bool failed;
};

void text_add(struct text *t, const void *bytes, size_t size);
void text_printf(struct text *t, const char *format, ...) ERROR_PRINTF(2, 3);
void text_free(struct text *t);

/* The shortest decimal that reads back as exactly x: 0.1, 30, 1e-06. x is finite. */
void text_number(struct text *t, double x);

enum { TEXT_GROUP = 32 };

/* 1234567 as "1,234,567". */
void text_group(long long n, char out[TEXT_GROUP]);

/* Whether s can be shown and kept anywhere: valid UTF-8 without control characters. */
bool text_is_plain(const char *s);

/* Writes JSON: values follow each other, commas and line breaks come by themselves.
 *   struct json j = {.out = &text};
 *   json_open(&j, NULL, '{');  json_int(&j, "n", 3);  json_close(&j, '}');
 * A key is NULL inside an array and at the top. Depths below `lines` get a line a value, deeper
 * ones share a line; 0 writes everything on one line. */
struct json {
    struct text *out;
    int lines;
    int depth;
    bool after_value;
};

void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, double value); /* NaN and infinities: null */
void json_int(struct json *j, const char *key, long long value);
void json_bool(struct json *j, const char *key, bool value);
void json_raw(struct json *j, const char *key, const char *json_text);

#endif
