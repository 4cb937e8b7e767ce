/* A CSV file as a table of samples. The header names the columns. One column holds the label, which
 * may be any text; all others hold numbers. A multi-label table has one column per label, which
 * holds 1 if the row has that label and 0 if not. */
#pragma once

#include "base/arena.h"
#include "data/tables/csv.h"
#include "keys/key.h"

struct csv_table {
    struct csv csv;
    struct string_list labels, values; /* the columns' names, in the arena */
    int *label_of;                     /* [fields of a row]: which label it holds; -1: a value */
    int rows;                          /* at least 1 */
    const char **label;                /* [rows]: the text of the first label column, not empty */
    float *target; /* [rows x labels] of 0 or 1 if multi-label; otherwise NULL */
    float *value;  /* [rows x values], finite */
    int *line;     /* [rows]: where each row begins */
};

/* Reads the whole file. `label` names the label column, or several, separated by commas. Call
 * csv_table_free even after a failure. */
ERROR_CHECKED int csv_table_read(struct csv_table *t, const char *path, const char *label,
                                 struct arena *a, struct error *e);
void csv_table_free(struct csv_table *t);
