#include "base/template.h"

#include <assert.h>

/* Returns the line after "@part NAME". */
static const char *find_part(const char *file, const char *name) {
    size_t n = strlen(name);
    for (const char *s = file; (s = strstr(s, "@part ")); s++)
        if (strncmp(s + 6, name, n) == 0 && s[6 + n] == '\n')
            return s + 6 + n + 1;
    assert(false); /* there is no such part */
    return "";
}

/* ---- the values, in one text: each is NAME=VALUE and a NUL ---- */

static void add_argument(struct text *values, const char *conversion, va_list *args) {
    if (strcmp(conversion, "%s") == 0) {
        const char *s = va_arg(*args, const char *);
        text_printf(values, "%s", s ? s : "");
    } else if (strcmp(conversion, "%d") == 0) {
        text_printf(values, "%d", va_arg(*args, int));
    } else if (strcmp(conversion, "%zu") == 0) {
        text_printf(values, "%zu", va_arg(*args, size_t));
    } else if (strcmp(conversion, "%lld") == 0) {
        text_printf(values, "%lld", va_arg(*args, long long));
    } else {
        assert(strchr("fega", conversion[strlen(conversion) - 1]));
        text_printf(values, conversion, va_arg(*args, double));
    }
}

static struct text add_arguments(const char *format, va_list *args) {
    struct text values = {0};
    while (*format) {
        char conversion[16];
        size_t name = strcspn(format, "=") + 1, size = strcspn(format + name, " ");
        snprintf(conversion, sizeof conversion, "%.*s", (int)size, format + name);
        text_add(&values, format, name);
        add_argument(&values, conversion, args);
        text_add(&values, "", 1);
        format += name + size + strspn(format + name + size, " ");
    }
    return values;
}

/* The value of a name, the first `size` bytes of `name`. */
static const char *find_value(const struct text *values, const char *name, size_t size) {
    for (size_t at = 0; at < values->size; at += strlen(values->data + at) + 1) {
        const char *s = values->data + at;
        if (strncmp(s, name, size) == 0 && s[size] == '=')
            return s + size + 1;
    }
    assert(false); /* there is no such value */
    return "";
}

static bool is_true(const char *value) { return *value && strcmp(value, "0") != 0; }

/* Appends the replacement of a "@{...}" that continues at s. Returns the text after the "}". */
static const char *put(struct text *t, const char *s, const struct text *values, bool html) {
    size_t name = strcspn(s, "?!,}"), size = strcspn(s, "}");
    const char *value = find_value(values, s, name);
    char number[TEXT_GROUP];
    if (s[name] == ',')
        value = text_group(strtoll(value, NULL, 10), number);
    if (s[name] == '?' || s[name] == '!')
        text_add(t, s + name + 1, is_true(value) == (s[name] == '?') ? size - name - 1 : 0);
    else if (html)
        text_html(t, value);
    else
        text_add(t, value, strlen(value));
    return s + size + 1;
}

static void add_line(struct text *t, const char *s, const char *end, const struct text *values,
                     bool html) {
    while (s < end && strncmp(s, "@\\\n", 3) != 0)
        if (strncmp(s, "@{", 2) == 0)
            s = put(t, s + 2, values, html);
        else
            text_add(t, s++, 1);
}

static void add_part(struct text *t, const char *s, const struct text *values, bool html) {
    for (bool on = true; *s && strncmp(s, "@part ", 6) != 0;) {
        const char *end = s + strcspn(s, "\n") + 1;
        if (strncmp(s, "@if ", 4) == 0)
            on = is_true(find_value(values, s + 4, (size_t)(end - s) - 5));
        else if (strncmp(s, "@else\n", 6) == 0)
            on = !on;
        else if (strncmp(s, "@end\n", 5) == 0)
            on = true;
        else if (on && strncmp(s, "@#", 2) != 0)
            add_line(t, s, end, values, html);
        s = end;
    }
}

void template_fill(struct text *t, const char *file, const char *part, bool html,
                   const char *values, ...) {
    va_list args;
    va_start(args, values);
    struct text found = add_arguments(values, &args);
    va_end(args);
    if (!found.failed)
        add_part(t, find_part(file, part), &found, html);
    text_done(&found, t);
}
