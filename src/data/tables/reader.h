/* Reads a table in text, record by record, without holding the file in memory.
 *
 * As in RFC 4180, a record is a line (ended by LF, CR LF or CR), and a field in double quotes may
 * contain dividers, line ends and doubled quotes. Between fields are commas, semicolons, tabs or,
 * in .txt and .data, runs of blanks: whatever fits the first records. The file may be gzipped. A
 * byte order mark at the start, empty lines and blanks around unquoted fields are skipped, and so
 * are comments: lines that begin with #, before the first record unless a divider follows at once,
 * and below it if they have no divider at all. */
#pragma once

#include "data/gzip.h"

enum { READER_MAX_COLUMNS = 10000, READER_MAX_RECORD = 1 << 20 /* bytes */ };

struct reader {
    const char *path;
    int count;     /* fields of the current record */
    char **fields; /* [count]; valid until the next record is read */
    long line;     /* where the record begins, from 1 */
    char divider;  /* ',', ';', '\t', or ' ' for runs of blanks */
    char mark;     /* the decimal mark, or 0 if no number had one yet (cell.h) */

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

/* Reads the next record. Returns 1, or 0 at the end, or -1 with an error that names file and line.
 */
ERROR_CHECKED int reader_next(struct reader *r, struct error *e);

/* Back to the first record. */
ERROR_CHECKED int reader_rewind(struct reader *r, struct error *e);

/* Records that field i of the current record, in the column of that name, is wrong: "FILE: line 3,
 * column 2 ("age"): ...". Returns -1. */
int reader_refuse(const struct reader *r, int i, const char *name, struct error *e,
                  const char *format, ...) ERROR_PRINTF(5, 6);
