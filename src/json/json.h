/* Writes JSON into a text.
 *
 * Everything that onehot writes as JSON (run directories, the safetensors header, the schema,
 * --json) goes through here and not through cJSON's printer: these bytes are hashed, so they must
 * not change with a library's version. */
#pragma once

#include "base/text.h"

/* Values follow each other, commas and line breaks come by themselves:
 *   struct json j = {.out = &text};
 *   json_open(&j, NULL, '{');  json_int(&j, "n", 3);  json_close(&j, '}');
 * A key is NULL inside an array and at the top. Down to depth `lines` each value has its
 * own line, deeper ones share one; 0 writes everything on one line. */
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
void json_strings(struct json *j, const char *key, const char *const *values, int count);
void json_raw(struct json *j, const char *key, const char *json_text); /* a value as it is */

/* All of these in one call. The format looks like the JSON, with blanks between its values and "="
 * after a key: "{ name=%s shape=[ %d %d ] loss=%g }". Conversions are printf's s, d, zu, lld and g,
 * and i for a bool. */
void json_add(struct json *j, const char *format, ...) ERROR_PRINTF(2, 3);
