/* Written by hand because it is this short: the only C library for CSV in Debian, libcsv, had its
 * last release in 2013 and reports neither line nor column of an error. */
#include "data/tables/csv.h"
#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CSV ((size_t)1 << 30)

int csv_open(struct csv *c, const char *path, struct error *e) {
    *c = (struct csv){.path = path, .next_line = 1};
    c->text = file_read(path, MAX_CSV, &c->size, e);
    if (!c->text)
        return -1;
    c->fields = malloc(CSV_MAX_COLUMNS * sizeof *c->fields);
    if (!c->fields)
        return error_memory(e, path);
    if (c->size >= 2 &&
        (memcmp(c->text, "\xff\xfe", 2) == 0 || memcmp(c->text, "\xfe\xff", 2) == 0))
        return error_input(e, "%s: is UTF-16 text; save it as UTF-8", path);
    if (memchr(c->text, '\0', c->size))
        return error_input(e, "%s: contains a zero byte, so it is not CSV", path);
    c->at = c->text + (strncmp(c->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
    return 0;
}

void csv_close(struct csv *c) {
    free(c->text);
    free(c->fields);
    *c = (struct csv){0};
}

static bool line_ends(const char *s) {
    return *s == '\0' || *s == '\n' || (s[0] == '\r' && s[1] == '\n');
}

/* Returns what follows the end of the line at s. */
static char *skip_line_end(struct csv *c, char *s) {
    c->next_line += *s != '\0';
    return s + (*s == '\r') + (*s != '\0');
}

static int wrong(const struct csv *c, const char *what, struct error *e) {
    return error_input(e, "%s: line %d, column %d: %s", c->path, c->line, c->count + 1, what);
}

/* A field from its opening quote on; its text moves left, onto that quote. Returns the end of the
 * field. */
static char *quoted(struct csv *c, char *s, struct error *e) {
    char *out = s;
    c->fields[c->count] = out;
    for (s++; *s != '"' || s[1] == '"'; s++) {
        if (*s == '\0') {
            wrong(c, "the quote is never closed", e);
            return NULL;
        }
        s += *s == '"';
        c->next_line += *s == '\n';
        *out++ = *s;
    }
    s++;
    if (*s != ',' && !line_ends(s)) {
        wrong(c, "there is text after the closing quote", e);
        return NULL;
    }
    *out = '\0'; /* before s, because a quote was removed */
    return s;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

/* A field without quotes. Returns its end; the caller ends its text at *last, before any trailing
 * spaces. */
static char *plain(struct csv *c, char *s, char **last, struct error *e) {
    while (is_space(*s))
        s++;
    c->fields[c->count] = s;
    *last = s;
    for (; *s != ',' && !line_ends(s); s++) {
        if (*s == '"') {
            wrong(c, "a field contains a quote but does not begin with one", e);
            return NULL;
        }
        if (!is_space(*s))
            *last = s + 1;
    }
    return s;
}

int csv_row(struct csv *c, struct error *e) {
    char *s = c->at;
    while (*s && line_ends(s))
        s = skip_line_end(c, s);
    c->line = c->next_line;
    c->count = 0;
    if (*s == '\0')
        return 0;
    for (;; s++) {
        char *last = NULL;
        if (c->count == CSV_MAX_COLUMNS)
            return error_input(e, "%s: line %d: has more than %d columns", c->path, c->line,
                               CSV_MAX_COLUMNS);
        s = *s == '"' ? quoted(c, s, e) : plain(c, s, &last, e);
        if (!s)
            return -1;
        c->count++;
        bool more = *s == ',';
        if (!more)
            c->at = skip_line_end(c, s);
        if (last)
            *last = '\0'; /* only now: this may overwrite the comma or line end itself */
        if (!more)
            return 1;
    }
}

/* The separator of this line if it is not a comma, or NULL. */
static const char *other_separator(const char *line) {
    size_t length = strcspn(line, "\r\n");
    return memchr(line, ',', length)    ? NULL
           : memchr(line, ';', length)  ? "semicolons"
           : memchr(line, '\t', length) ? "tabs"
                                        : NULL;
}

int csv_header(struct csv *c, struct error *e) {
    const char *other = other_separator(c->at + strspn(c->at, "\r\n"));
    if (other)
        return error_input(e,
                           "%s: its columns are separated by %s; save it with commas between "
                           "columns and points in numbers",
                           c->path, other);
    int found = csv_row(c, e);
    if (found <= 0)
        return found < 0 ? -1 : error_input(e, "%s: has no header", c->path);
    for (int i = 0; i < c->count; i++) {
        if (!*c->fields[i])
            return error_input(e, "%s: line %d, column %d: has no name", c->path, c->line, i + 1);
        if (!text_is_plain(c->fields[i]))
            return error_input(e, "%s: line %d, column %d: the name \"%s\" is not plain UTF-8 text",
                               c->path, c->line, i + 1, c->fields[i]);
    }
    return 0;
}

int csv_number(const struct csv *c, int i, const char *name, float *x, struct error *e) {
    const char *s = c->fields[i];
    char *end;
    /* The characters are checked first because strtof also reads hex, infinities and NaN. (onehot
     * never calls setlocale: the decimal point is a point.) */
    if (s[strspn(s, "0123456789+-.eE")] == '\0' && *s) {
        *x = strtof(s, &end);
        if (*end == '\0')
            return isfinite(*x) ? 0
                                : error_input(e,
                                              "%s: line %d, column %d (\"%s\"): %.40s is too "
                                              "large for a number of 32 bits",
                                              c->path, c->line, i + 1, name, s);
    }
    if (*s && strlen(s) <= 40)
        return error_input(e, "%s: line %d, column %d (\"%s\"): \"%s\" is not a number", c->path,
                           c->line, i + 1, name, s);
    return error_input(e, "%s: line %d, column %d (\"%s\"): %s", c->path, c->line, i + 1, name,
                       *s ? "is not a number" : "is empty; every cell needs a number");
}
