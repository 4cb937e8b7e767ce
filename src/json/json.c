#include "json/json.h"

#include <math.h>
#include <string.h>

static void quote(struct text *t, const char *s) {
    text_add(t, "\"", 1);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_printf(t, "\\%c", *s);
        else if ((unsigned char)*s < ' ')
            text_printf(t, "\\u%04x", *s);
        else
            text_add(t, s, 1);
    }
    text_add(t, "\"", 1);
}

static void new_line(struct json *j) {
    if (j->depth > 0 && j->depth <= j->lines)
        text_printf(j->out, "\n%*s", 2 * j->depth, "");
    else if (j->after_value)
        text_add(j->out, " ", 1);
}

static void start_value(struct json *j, const char *key) {
    if (j->after_value)
        text_add(j->out, ",", 1);
    new_line(j);
    if (key) {
        quote(j->out, key);
        text_add(j->out, ": ", 2);
    }
    j->after_value = true;
}

void json_open(struct json *j, const char *key, char bracket) {
    start_value(j, key);
    text_add(j->out, &bracket, 1);
    j->depth++;
    j->after_value = false;
}

void json_close(struct json *j, char bracket) {
    bool empty = !j->after_value;
    j->depth--;
    if (!empty && j->depth < j->lines)
        text_printf(j->out, "\n%*s", 2 * j->depth, "");
    text_add(j->out, &bracket, 1);
    j->after_value = true;
}

void json_string(struct json *j, const char *key, const char *value) {
    start_value(j, key);
    quote(j->out, value);
}

void json_number(struct json *j, const char *key, double value) {
    start_value(j, key);
    if (isfinite(value))
        text_number(j->out, value);
    else
        text_add(j->out, "null", 4);
}

void json_int(struct json *j, const char *key, long long value) {
    start_value(j, key);
    text_printf(j->out, "%lld", value);
}

void json_bool(struct json *j, const char *key, bool value) {
    json_raw(j, key, value ? "true" : "false");
}

void json_strings(struct json *j, const char *key, const char *const *values, int count) {
    json_open(j, key, '[');
    for (int i = 0; i < count; i++)
        json_string(j, NULL, values[i]);
    json_close(j, ']');
}

void json_raw(struct json *j, const char *key, const char *json_text) {
    start_value(j, key);
    text_add(j->out, json_text, strlen(json_text));
}
