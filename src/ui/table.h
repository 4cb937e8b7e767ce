/* A table of texts: for a person, whatever the width, for Markdown, for CSV. */
#pragma once

#include "base/arena.h"

#include <stdbool.h>

struct table {
    int rows, cols;     /* row 0 holds the titles, column 0 the rows' names */
    const char **cells; /* rows x cols */
    int filled;
    bool failed; /* memory is out: to be checked once, before the table is printed */
    struct arena arena;
};

/* An empty table; free by table_free. */
void table_begin(struct table *t, int rows, int cols);
void table_free(struct table *t);

/* Fills the next cell, row by row, with a copy of the text. */
void table_add(struct table *t, const char *text);

/* The same with every digit of a number; NaN: empty. */
void table_number(struct table *t, double x);

/* Within `width` columns: as it is where it fits, else turned, with a line a title, and in parts
 * where that is still too wide. */
void table_print(const struct table *t, int width);

void table_markdown(const struct table *t);
void table_csv(const struct table *t); /* RFC 4180, but for its line ends, which are \n */
