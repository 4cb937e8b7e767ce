/* The columns and rows of a table in a CSV file: a header with the names of the columns; one column
 * holds the label, any text, all others hold numbers. Or, for several labels a sample, several
 * columns hold 1 or 0, whether the row is of the class that has the column's name. */
#pragma once

#include "base/arena.h"
#include "data/csv.h"

/* A column: its name, and its field in each row. */
struct column {
    const char *name;
    int field;
};

struct csv_table {
    struct csv csv;
    int nlabels, nvalues;           /* columns with labels, or numbers ... */
    struct column *labels, *values; /* ... and which they are, in the arena */
    int rows;                       /* at least 1 */
    const char **label; /* rows: what the first label column holds, not empty; in csv.text */
    float *target;      /* rows x nlabels of 0 or 1, where there are several; else NULL */
    float *value;       /* rows x nvalues, finite */
    int *lines;         /* rows: where each begins */
};

/* Reads the whole file; `label` names the label column, or several, divided by commas. Free it
 * after a failure, too. */
ERROR_CHECKED int csv_table_open(struct csv_table *t, const char *path, const char *label,
                                 struct arena *a, struct error *e);
void csv_table_free(struct csv_table *t);
