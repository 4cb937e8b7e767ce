/* Reads CSV files, row by row, as RFC 4180 defines them: fields separated by commas, rows by line
 * breaks (LF or CR LF); a field in double quotes may contain both, and doubled quotes. In addition,
 * a byte order mark at the start, empty lines, and spaces around unquoted fields are skipped. */
#pragma once

#include "base/error.h"

#include <stddef.h>

enum { CSV_MAX_COLUMNS = 10000 };

struct csv {
    const char *path;
    char *text;    /* the file; fields point into it, until csv_close */
    size_t size;   /* of the file */
    char *at;      /* the rest of it */
    int line;      /* where the current row begins, from 1 */
    int next_line; /* where the next one begins */
    int count;     /* fields of the current row */
    char **fields; /* [CSV_MAX_COLUMNS] */
};

/* Reads the file. The path is not copied. Call csv_close even after a failure. */
ERROR_CHECKED int csv_open(struct csv *c, const char *path, struct error *e);
void csv_close(struct csv *c);

/* Reads the first row, whose fields are the columns' names: plain text, none empty. Fails with
 * advice if the separators are semicolons or tabs, as some programs write them. */
ERROR_CHECKED int csv_header(struct csv *c, struct error *e);

/* Reads the next row. Returns 1, or 0 at the end, or -1 with an error that names file and line. */
ERROR_CHECKED int csv_row(struct csv *c, struct error *e);

/* Parses field i, from 0, of the current row: *x becomes the binary32 nearest to the decimal
 * number, whatever the locale. `name` is the column's, for the error. */
ERROR_CHECKED int csv_number(const struct csv *c, int i, const char *name, float *x,
                             struct error *e);
