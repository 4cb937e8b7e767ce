/* Written by hand because it is this short, and because the only C library for CSV in Debian,
 * libcsv, had its last release in 2013 and reports neither the line nor the column of an error. */
#include "data/tables/reader.h"

enum { LOOKAHEAD = READER_MAX_RECORD + 2 /* CR LF */, CAPACITY = 2 * LOOKAHEAD };

/* ---- the file ---- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool ends_line(char c) { return c == '\n' || c == '\r' || c == '\0'; }

/* Unless the file has ended, reads on until more than the longest record is there. Drops what was
 * taken before. */
static int fill(struct reader *r, struct error *e) {
    size_t rest = (size_t)(r->end - r->at), room = CAPACITY - rest;
    if (r->ended || rest >= LOOKAHEAD)
        return 0;
    memmove(r->text, r->at, rest);
    r->at = r->text;
    r->end = r->text + rest;
    int n = gzip_read(&r->gzip, r->end, room, e);
    if (n < 0)
        return -1;
    if (n >= 2 && (memcmp(r->text, "\xff\xfe", 2) == 0 || memcmp(r->text, "\xfe\xff", 2) == 0))
        return error_input(e, "%s: is UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8 OLD >NEW",
                           r->path);
    if (memchr(r->end, '\0', (size_t)n))
        return error_input(e, "%s: contains a zero byte, so it is not text; save it as CSV",
                           r->path);
    r->end += n;
    *r->end = '\0';
    r->ended = (size_t)n < room;
    return 0;
}

int reader_rewind(struct reader *r, struct error *e) {
    if (gzip_rewind(&r->gzip, e) != 0)
        return -1;
    r->at = r->end = r->text;
    r->ended = false;
    r->next_line = 1;
    r->count = 0;
    if (fill(r, e) != 0)
        return -1;
    if (strncmp(r->text, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
    if (strncmp(r->at, "sep=", 4) == 0 && r->at[4] && strchr(",;\t", r->at[4]) &&
        ends_line(r->at[5]))
        r->at += 5; /* Excel's: leaves an empty line; choose_divider needs no such hint */
    return 0;
}

bool reader_takes(const char *path) {
    return gzip_named(path, ".csv") || gzip_named(path, ".tsv") || gzip_named(path, ".txt") ||
           gzip_named(path, ".data");
}

/* ---- the records ---- */

/* Moves `at` past the end of the line at s. `end` is the character that was there. */
static void take_line_end(struct reader *r, char *s, char end) {
    r->next_line += end != '\0';
    r->at = s + (end == '\r' && s[1] == '\n') + (end != '\0');
}

static int too_long(const struct reader *r, struct error *e) {
    return error_input(e, "%s: line %ld: has a record of more than %d bytes; close every quote",
                       r->path, r->line, READER_MAX_RECORD);
}

/* After a record of `width` fields, or at the start, where that is 0. */
static bool is_comment(const struct reader *r, const char *s, int width) {
    const char ends[] = {r->divider, '\r', '\n', '\0'};
    return *s == '#' &&
           (width == 0 ? s[1] != r->divider : width > 1 && s[strcspn(s, ends)] != r->divider);
}

/* Moves `at` to the first character of a record, or to the end. */
static int skip_lines(struct reader *r, int width, struct error *e) {
    for (;;) {
        if (fill(r, e) != 0)
            return -1;
        char *s = r->at + (r->divider == ' ' ? strspn(r->at, " \t") : 0);
        if (is_comment(r, s, width))
            s += strcspn(s, "\r\n");
        r->line = r->next_line;
        if (s - r->at > READER_MAX_RECORD)
            return too_long(r, e);
        r->at = s;
        if (*s == '\0' || !ends_line(*s))
            return 0;
        take_line_end(r, s, *s);
    }
}

/* Takes the field that begins with the quote at s, with one quote for each two. Returns what
 * follows it; *end is the end of its text, or NULL if no quote closes it. */
static char *take_quoted(struct reader *r, char *s, char **end) {
    char *out = r->fields[r->count] = s++;
    for (; *s; s++) {
        if (*s == '"' && *++s != '"') {
            *end = out;
            return s;
        }
        r->next_line += *s == '\n' || (*s == '\r' && s[1] != '\n');
        *out++ = *s;
    }
    *end = NULL;
    return s;
}

static char *take_plain(struct reader *r, char *s, char **end) {
    while (is_blank(*s) && *s != r->divider)
        s++;
    char *first = r->fields[r->count] = s;
    while (!r->stops[(unsigned char)*s])
        s++;
    for (*end = s; *end > first && is_blank((*end)[-1]);)
        --*end;
    return s;
}

int reader_next(struct reader *r, struct error *e) {
    char *s, *end, stop;
    int width = r->count;
    r->count = 0;
    if (skip_lines(r, width, e) != 0)
        return -1;
    if (*r->at == '\0')
        return 0;
    for (s = r->at;; s++) {
        if (r->count == READER_MAX_COLUMNS)
            return error_input(e, "%s: line %ld: has more than %d columns; use fewer", r->path,
                               r->line, READER_MAX_COLUMNS);
        bool quoted = *s == '"';
        s = quoted ? take_quoted(r, s, &end) : take_plain(r, s, &end);
        if (s - r->at > READER_MAX_RECORD)
            return too_long(r, e);
        if (!end)
            return reader_refuse(
                r, r->line, r->count, "", e,
                "the quote is never closed; close it, or write it twice in a quoted field");
        if (*s == '"' || (quoted && !r->stops[(unsigned char)*s]))
            return reader_refuse(r, r->line, r->count, "", e,
                                 "a quote is within a field; put the whole field in quotes, with "
                                 "two for each quote in it");
        while (r->divider == ' ' && is_blank(*s) && (is_blank(s[1]) || ends_line(s[1])))
            s++;
        stop = *s;
        *end = '\0';
        r->count++;
        if (ends_line(stop))
            break;
    }
    take_line_end(r, s, stop);
    return 1;
}

/* ---- the divider ---- */

enum { RECORDS = 100 }; /* by which it is chosen */

static void divide_by(struct reader *r, char divider) {
    const char stops[] = {'\0', '\n', '\r', '"', divider, divider == ' ' ? '\t' : divider};
    memset(r->stops, 0, sizeof r->stops);
    for (size_t i = 0; i < sizeof stops; i++)
        r->stops[(unsigned char)stops[i]] = true;
    r->divider = divider;
    r->mark = divider == ',' ? '.' : '\0';
}

/* Whether it divides each of the first records into the same number of fields, at least two. */
static bool fits(struct reader *r, char divider, int records) {
    struct error ignored = {0};
    int first = 0, found = reader_rewind(r, &ignored) == 0 ? 1 : -1;
    divide_by(r, divider);
    for (int i = 0; i < records && found > 0; i++) {
        found = reader_next(r, &ignored);
        if (i == 0)
            first = r->count;
        else if (found > 0 && r->count != first)
            return false;
    }
    return found >= 0 && first > 1;
}

/* Several may fit: "1,5;2,5" has commas as decimal marks, so commas are tried after the others. If
 * none fits, because a record is ragged, the header is one field short (as in files of R) or there
 * is only one column, the first record decides. */
static void choose_divider(struct reader *r, bool blanks) {
    for (const char *s = blanks ? "\t;, " : "\t;,"; *s; s++)
        if (fits(r, *s, RECORDS))
            return;
    for (const char *s = blanks ? ",;\t " : ",;\t"; *s; s++)
        if (fits(r, *s, 1))
            return;
    divide_by(r, ',');
}

int reader_open(struct reader *r, const char *path, struct error *e) {
    *r = (struct reader){.path = path};
    if (gzip_open(&r->gzip, path, e) != 0)
        return -1;
    r->text = malloc(CAPACITY + 1);
    r->fields = malloc(READER_MAX_COLUMNS * sizeof *r->fields);
    if (!r->text || !r->fields)
        return error_memory(e, path);
    choose_divider(r, gzip_named(path, ".txt") || gzip_named(path, ".data"));
    return reader_rewind(r, e);
}

void reader_close(struct reader *r) {
    gzip_close(&r->gzip);
    free(r->text);
    free(r->fields);
    *r = (struct reader){0};
}
