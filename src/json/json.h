/* Writes all of onehot's JSON: run directories, the safetensors header, the schema, --json. cJSON's
 * printer is not used, since hashed bytes must not change with a library's version. */
#pragma once

#include "base/text.h"

/* Commas and line breaks are added automatically:
 *   struct json j = {.out = &text};
 *   json_open(&j, NULL, '{');  json_int(&j, "n", 3);  json_close(&j, '}');
 * In an array and at the top, the key is NULL. Down to depth `lines`, each value has its own line;
 * deeper ones share one. 0 writes everything on one line. */
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
void json_strings(struct json *j, const char *key, const char *const *values, int count);
void json_raw(struct json *j, const char *key, const char *json_text); /* a value that is JSON */
#define json_bool(j, key, value) json_raw(j, key, (value) ? "true" : "false")

/* Any of these in one call. The format is like JSON, but with blanks between values, and "=" after
 * a key: "{ name=%s shape=[ %d ] loss=%g }". Conversions: s, d, zu, lld and g; i for a bool. */
void json_add(struct json *j, const char *format, ...) ERROR_PRINTF(2, 3);
