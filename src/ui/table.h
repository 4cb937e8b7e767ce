/* A table of texts: for people, at any width of the terminal; for Markdown; for CSV.
 *
 *   struct table t = {0};
 *   table_add(&t, "run");  table_add(&t, "loss");  table_end_row(&t);
 *   table_add(&t, "one");  table_format(&t, "%.2f", 0.25);  table_end_row(&t);
 *   return table_print(&t, TABLE_PLAIN, e);
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

struct table {
    int cols;           /* row 0 holds the titles, column 0 the names of the rows */
    const char **cells; /* row by row */
    int filled, capacity;
    bool failed; /* memory ran out, which table_print reports */
    struct arena arena;
};

/* Each fills the next cell: with a copy of the text; with a number in full precision, or nothing
 * for NaN. */
void table_add(struct table *t, const char *text);
void table_format(struct table *t, const char *format, ...) ERROR_PRINTF(2, 3);
void table_number(struct table *t, double x);

/* The first row sets the number of columns for all others. */
void table_end_row(struct table *t);

/* TABLE_PLAIN: for people, within the width of the terminal. If it does not fit, it is transposed:
 * each column becomes a line, with the rows side by side, in several parts if they still do not
 * fit. TABLE_CSV: RFC 4180, but with \n as line end. */
enum table_form { TABLE_PLAIN, TABLE_MARKDOWN, TABLE_CSV };

/* Prints the table and frees it. */
ERROR_CHECKED int table_print(struct table *t, enum table_form form, struct error *e);
