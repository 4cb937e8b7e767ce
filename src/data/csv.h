/* The rows of a CSV file, as RFC 4180 has it: fields divided by commas, rows by line breaks (LF or
 * CR LF); a field in double quotes may hold both, and a quote that is written twice. Besides, a
 * byte order mark at the start and empty lines are skipped, and spaces around a field without
 * quotes. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CSV_COLUMNS = 10000 }; /* the most fields of a row */

struct csv {
    const char *path;
    char *text;    /* the file; fields point into it, until csv_close */
    size_t size;   /* of the file */
    char *at;      /* what is left of it */
    int line;      /* where the row of the last csv_row began, 1 .. */
    int next_line; /* where the next one does */
    int count;     /* of its fields */
    char **fields; /* CSV_COLUMNS of them */
};

/* Whether a path ends as those of CSV files do: .csv, in letters of any case. */
bool csv_named(const char *path);

/* Reads the file, whose path is not copied. Close it after a failure, too. */
ERROR_CHECKED int csv_open(struct csv *c, const char *path, struct error *e);
void csv_close(struct csv *c);

/* Takes the first row, whose fields are the columns' names: none is empty, all are plain text. What
 * is divided by semicolons or tabs, as other programs do, is refused with what to do about it. */
ERROR_CHECKED int csv_header(struct csv *c, struct error *e);

/* Takes the next row: 1, or 0 where there is none, or -1 with an error that says where. */
ERROR_CHECKED int csv_row(struct csv *c, struct error *e);

/* The row's field i, 0 .., as a number: the binary32 that is nearest to the decimal number there,
 * whatever the locale. `name` is its column's, for the error. */
ERROR_CHECKED int csv_number(const struct csv *c, int i, const char *name, float *x,
                             struct error *e);
