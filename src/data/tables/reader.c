/* Written by hand because it is this short: the only C library for CSV in Debian, libcsv, had its
 * last release in 2013 and reports neither line nor column of an error. */
#include "data/tables/reader.h"
#include "base/file.h"
#include "base/text.h"
#include "data/tables/dialect.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { FIRST_CAPACITY = 1 << 18 };

/* ---- the file ---- */

/* zlib's message may begin with the path, which is cut off. */
static int damaged(struct reader *r, struct error *e) {
    int code;
    const char *why = gzerror(r->file, &code);
    size_t length = strlen(r->path);
    if (strncmp(why, r->path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    return error_input(e, "%s: is damaged: %s", r->path,
                       code == Z_BUF_ERROR ? "the file is truncated" : why);
}

/* Makes room after what has not been taken yet, by moving it to the front or, if it fills the
 * text, by a larger text. */
static int make_room(struct reader *r, struct error *e) {
    size_t rest = (size_t)(r->end - r->at);
    if (rest >= READER_MAX_RECORD)
        return error_input(
            e, "%s: line %ld: has a record of more than %d bytes; is a quote never closed?",
            r->path, r->next_line, READER_MAX_RECORD);
    if (r->at > r->text)
        memmove(r->text, r->at, rest);
    else {
        char *text = realloc(r->text, 2 * r->capacity + 1);
        if (!text)
            return error_memory(e, r->path);
        r->text = text;
        r->capacity *= 2;
    }
    r->at = r->text;
    r->end = r->text + rest;
    return 0;
}

/* Reads more text to `end`. */
static int fill(struct reader *r, struct error *e) {
    size_t room = r->capacity - (size_t)(r->end - r->text);
    int code, n = gzread(r->file, r->end, (unsigned)room);
    gzerror(r->file, &code);
    if (n < 0 || code != Z_OK)
        return damaged(r, e);
    if (n >= 2 && (memcmp(r->text, "\xff\xfe", 2) == 0 || memcmp(r->text, "\xfe\xff", 2) == 0))
        return error_input(e, "%s: is UTF-16 text; save it as UTF-8", r->path);
    if (memchr(r->end, '\0', (size_t)n))
        return error_input(e, "%s: contains a zero byte, so it is not a table in text", r->path);
    r->end += n;
    *r->end = '\0';
    r->ended = (size_t)n < room;
    return 0;
}

static int start(struct reader *r, struct error *e) {
    r->at = r->end = r->text;
    r->next_line = 1;
    r->comments = 0;
    if (fill(r, e) != 0)
        return -1;
    if (strncmp(r->text, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
    return 0;
}

const char *const reader_endings[] = {".csv", ".tsv", ".txt", ".data", NULL};

static bool ends_in(const char *path, const char *ending) {
    char gzipped[16];
    snprintf(gzipped, sizeof gzipped, "%s.gz", ending);
    return file_has_suffix(path, ending) || file_has_suffix(path, gzipped);
}

bool reader_takes(const char *path) {
    for (int i = 0; reader_endings[i]; i++)
        if (ends_in(path, reader_endings[i]))
            return true;
    return false;
}

int reader_open(struct reader *r, const char *path, struct error *e) {
    struct stat s;
    *r = (struct reader){.path = path, .capacity = FIRST_CAPACITY};
    if (stat(path, &s) == 0 && !S_ISREG(s.st_mode)) /* opening a FIFO would block */
        return error_input(e, "%s: is %s, not a file", path,
                           S_ISDIR(s.st_mode) ? "a directory" : "a device");
    r->file = gzopen(path, "rb");
    if (!r->file)
        return error_input(e, "%s: cannot be read: %s", path, strerror(errno));
    gzbuffer(r->file, 1 << 17);
    r->text = malloc(r->capacity + 1);
    r->fields = malloc(READER_MAX_COLUMNS * sizeof *r->fields);
    r->field_ends = malloc(READER_MAX_COLUMNS * sizeof *r->field_ends);
    if (!r->text || !r->fields || !r->field_ends)
        return error_memory(e, path);
    if (start(r, e) != 0)
        return -1;
    r->divider = dialect_divider(r->at, r->ended, ends_in(path, ".txt") || ends_in(path, ".data"));
    r->mark = r->divider == ',' ? '.' : '\0';
    const char stops[] = {'\0', '\n', '\r', '"', r->divider, r->divider == ' ' ? '\t' : '\0'};
    for (size_t i = 0; i < sizeof stops; i++)
        r->stops[(unsigned char)stops[i]] = true;
    return 0;
}

int reader_rewind(struct reader *r, struct error *e) {
    return gzrewind(r->file) == 0 ? start(r, e) : damaged(r, e);
}

void reader_close(struct reader *r) {
    if (r->file)
        gzclose(r->file);
    free(r->text);
    free(r->fields);
    free(r->field_ends);
    *r = (struct reader){0};
}

/* ---- the records ---- */

/* What split finds besides a record (1), the end of the file (0) and an error (-1): more text is
 * needed. Until a whole record is there, the text is not changed. */
enum { MORE = 2 };

/* Whether the text at s, as far as it was read, is too short to say what is there: after a CR an LF
 * may follow, and after a quote another one. */
static bool is_cut(const struct reader *r, const char *s) {
    return !r->ended && (*s == '\0' || ((*s == '\r' || *s == '"') && s[1] == '\0'));
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool ends_line(char c) {
    return c == '\n' || c == '\r' || c == '\0';
}

/* Returns what follows the end of the line at s. */
static char *skip_line_end(char *s, long *line) {
    *line += *s != '\0';
    return s + (s[0] == '\r' && s[1] == '\n') + (*s != '\0');
}

/* Moves `at` to the first character of a record. Returns false if more text is needed. */
static bool skip_lines(struct reader *r) {
    for (;;) {
        char *s = r->at, *first;
        while (r->divider == ' ' && is_blank(*s))
            s++;
        first = s;
        bool comment = *s == '#' && s[1] != r->divider;
        while (comment && !ends_line(*s))
            s++;
        if (is_cut(r, s))
            return false;
        r->at = comment ? s : first;
        r->comments += comment;
        if (*s == '\0' || !ends_line(*s))
            return true;
        r->at = skip_line_end(s, &r->next_line);
    }
}

static int wrong(const struct reader *r, const char *what, struct error *e) {
    return error_input(e, "%s: line %ld, column %d: %s", r->path, r->line, r->count + 1, what);
}

/* Finds the end of the field whose text begins after the quote at s: returns the closing quote, or
 * NULL if there is none. */
static char *find_quote(struct reader *r, char *s, long *line) {
    for (s++; *s; s++) {
        if (*s == '"' && s[1] != '"')
            return s;
        r->doubled |= *s == '"';
        s += *s == '"';
        *line += *s == '\n' || (*s == '\r' && s[1] != '\n');
    }
    return NULL;
}

/* Finds the fields of the record at `at`. They are ended by `finish`. */
static int split(struct reader *r, struct error *e) {
    char *s;
    r->count = 0;
    r->doubled = false;
    if (!skip_lines(r))
        return MORE;
    r->line = r->next_line;
    if (*r->at == '\0')
        return 0;
    long line = r->line;
    for (s = r->at;; s++) {
        if (r->count == READER_MAX_COLUMNS)
            return error_input(e, "%s: line %ld: has more than %d columns", r->path, r->line,
                               READER_MAX_COLUMNS);
        char **field = &r->fields[r->count], **end = &r->field_ends[r->count];
        if (*s == '"') {
            *field = s + 1;
            *end = find_quote(r, s, &line);
            if (!*end && r->ended)
                return wrong(r, "the quote is never closed", e);
            if (!*end || is_cut(r, *end))
                return MORE;
            s = *end + 1;
            if (!r->stops[(unsigned char)*s] || *s == '"')
                return wrong(r, "there is text after the closing quote", e);
        } else {
            while (is_blank(*s) && *s != r->divider)
                s++;
            *field = s;
            while (!r->stops[(unsigned char)*s])
                s++;
            if (*s == '"')
                return wrong(r, "a field contains a quote but does not begin with one", e);
            for (*end = s; *end > *field && is_blank((*end)[-1]);)
                --*end;
        }
        if (is_cut(r, s))
            return MORE;
        if (r->divider == ' ')
            while (is_blank(*s) && (is_blank(s[1]) || ends_line(s[1])))
                s++;
        r->count++;
        if (is_cut(r, s))
            return MORE;
        if (ends_line(*s))
            break;
    }
    r->at = skip_line_end(s, &line);
    r->next_line = line;
    return 1;
}

/* Ends each field, and makes one quote of two. */
static void finish(struct reader *r) {
    for (int i = 0; i < r->count; i++) {
        char *s = r->fields[i], *out = s;
        *r->field_ends[i] = '\0';
        if (!r->doubled)
            continue;
        for (; *s; s++) {
            s += *s == '"'; /* one of two */
            *out++ = *s;
        }
        *out = '\0';
    }
}

int reader_next(struct reader *r, struct error *e) {
    int found;
    while ((found = split(r, e)) == MORE)
        if (make_room(r, e) != 0 || fill(r, e) != 0)
            return -1;
    if (found > 0)
        finish(r);
    return found;
}

int reader_refuse(const struct reader *r, int i, const char *name, struct error *e,
                  const char *format, ...) {
    struct text t = {0};
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (strcmp(name, "") != 0)
        text_printf(&t, " (\"%s\")", name);
    error_input(e, "%s: line %ld, column %d%s: %s", r->path, r->line, i + 1, t.data ? t.data : "",
                what);
    text_free(&t);
    return -1;
}
