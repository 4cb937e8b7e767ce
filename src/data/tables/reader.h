/* Reads a table in text, record by record, without holding the file in memory.
 *
 * As in RFC 4180, a record is a line (ended by LF, CR LF or CR), and a field in double quotes may
 * contain dividers, line ends and doubled quotes. The divider is a comma, a semicolon, a tab or, in
 * .txt and .data, a run of blanks: whichever fits the first records. The file may be gzipped. A
 * byte order mark at the start, empty lines and blanks around unquoted fields are skipped, and so
 * are comments: lines that begin with #, before the first record unless a divider follows the #,
 * and after it if they have no divider at all. */
#pragma once

#include "data/gzip.h"

enum { READER_MAX_COLUMNS = 10000, READER_MAX_RECORD = 1 << 20 /* bytes */ };

struct reader {
    const char *path;
    int count;     /* fields of the current record */
    char **fields; /* [count]; valid until the next record is read */
    long line;     /* where the record begins, from 1 */
    char divider;  /* ',', ';', '\t', or ' ' for runs of blanks */
    char mark;     /* the decimal mark, or 0 if no number had one yet (cell_read) */

    struct gzip gzip;
    char *text, *at, *end; /* what was read of the file, up to a NUL at `end`; the rest of it */
    bool ended;            /* nothing follows in the file */
    bool stops[256];       /* the characters that end an unquoted field */
    long next_line;
};

/* Whether the path ends in .csv, .tsv, .txt or .data, or in one of these and .gz. */
bool reader_takes(const char *path);

/* Opens the file and finds its divider. The path is not copied. Call reader_close even after a
 * failure. */
ERROR_CHECKED int reader_open(struct reader *r, const char *path, struct error *e);
void reader_close(struct reader *r);

/* Reads the next record: 1, or 0 at the end, or -1 with an error that names file and line. */
ERROR_CHECKED int reader_next(struct reader *r, struct error *e);

/* Back to the first record. */
ERROR_CHECKED int reader_rewind(struct reader *r, struct error *e);

/* Records an error about field i of a line, in the column of that name, which may be "":
 * `FILE: line 3, column 2 ("age"): ...`. The format is a literal. Returns -1. */
#define reader_refuse(r, line, i, name, e, format, ...)                                            \
    error_input(e, "%s: line %ld, column %d%s%s%s: " format, (r)->path, line, (i) + 1,             \
                *(name) ? " (\"" : "", name, *(name) ? "\")" : "", ##__VA_ARGS__)

/* ---- cell.c: what a cell holds ---- */

enum cell_kind {
    CELL_NUMBER,  /* 12, -0.5, .5, 1e-3, or with a decimal comma 0,5 */
    CELL_BOOLEAN, /* true, false, yes or no */
    CELL_TEXT,
    CELL_MISSING, /* nothing, ?, NA, N/A, n.a., #N/A, <NA>, NaN, null, \N or None */
    CELL_KINDS
};

struct cell {
    enum cell_kind kind;
    float
        value; /* of a number: the nearest binary32, infinite if too large; of a boolean: 1 or 0 */
};

/* Upper and lower case are the same, except in None. `*mark` is the file's decimal mark, '.' or
 * ','; if it is 0, either is accepted, and the first number that has one sets it. */
struct cell cell_read(const char *s, char *mark);

bool cell_is_missing(const char *s);

/* Whether a text is a number that is written for people: with separators between its thousands,
 * which could be taken for decimal marks, with a currency or percent sign, or with the other
 * decimal mark: 1,234 or 1 234 567 or $5.50 or 25 %. */
bool cell_is_dressed(const char *s);
