#include "json/json.h"

#include <assert.h>

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

static void start_value(struct json *j, const char *key) {
    if (j->after_value)
        text_add(j->out, ",", 1);
    if (j->depth > 0 && j->depth <= j->lines)
        text_printf(j->out, "\n%*s", 2 * j->depth, "");
    else if (j->after_value)
        text_add(j->out, " ", 1);
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
    j->depth--;
    if (j->after_value && j->depth < j->lines)
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

/* Writes the value at the beginning of a format, with the next argument; the key may be NULL. */
static void add_value(struct json *j, const char *key, const char *value, va_list *args) {
    switch (value[*value == '%']) {
    case '{':
    case '[': json_open(j, key, *value); break;
    case '}':
    case ']': json_close(j, *value); break;
    case 's': json_string(j, key, va_arg(*args, const char *)); break;
    case 'd': json_int(j, key, va_arg(*args, int)); break;
    case 'z': json_int(j, key, (long long)va_arg(*args, size_t)); break;
    case 'l': json_int(j, key, va_arg(*args, long long)); break;
    case 'i': json_bool(j, key, va_arg(*args, int)); break;
    case 'g': json_number(j, key, va_arg(*args, double)); break;
    default: assert(false); /* there is no such conversion */
    }
}

void json_add(struct json *j, const char *format, ...) {
    va_list args;
    va_start(args, format);
    while (*format) {
        char key[64];
        size_t size = strcspn(format, " "), length = strcspn(format, " =");
        snprintf(key, sizeof key, "%.*s", (int)length, format);
        add_value(j, length < size ? key : NULL, length < size ? format + length + 1 : format,
                  &args);
        format += size + strspn(format + size, " ");
    }
    va_end(args);
}
