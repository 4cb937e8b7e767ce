/* Prints a table: for people, at any width of the terminal, as Markdown, or as CSV.
 *
 *   struct table t = {.form = TABLE_PLAIN};
 *   for (int i = 0; i < n; i++) {
 *       table_add(&t, "run", names[i]);
 *       table_number(&t, "loss", "%.2f", 1, losses[i]);
 *       table_end_row(&t);
 *   }
 *   return table_print(&t, e);
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"

/* A plain table is for people. If it is wider than the terminal, it is transposed: each column
 * becomes a line, with the rows side by side. If it still does not fit, or must stay `upright`,
 * long cells are cut, and the columns for which there is no room follow in another part. CSV is as
 * in RFC 4180, but lines end in \n. */
enum table_form { TABLE_PLAIN, TABLE_MARKDOWN, TABLE_CSV };

struct table {
    enum table_form form;
    bool untitled;   /* CSV: without the line of titles */
    bool upright;    /* plain: never transposed */
    bool transposed; /* while it is printed */
    int cols;        /* column 0 holds the names of the rows */
    int filled;
    struct text cells; /* [filled] of struct cell, row by row */
    bool failed;       /* memory ran out, which table_print reports */
    struct arena arena;
};

/* Fill the row's next cell, in the column of that title, which is not copied: with a copy of a
 * text, or with what printf would print. A NULL title or text means that memory ran out. */
void table_add(struct table *t, const char *title, const char *text);
#define table_format(t, title, ...) table_add(t, title, arena_printf(&(t)->arena, __VA_ARGS__))

/* The same with a number. CSV gets it in full precision, and nothing for NaN. Otherwise it is
 * multiplied by `scale` and formatted; a NULL format is for counts, 1,234; NaN is "-". */
void table_number(struct table *t, const char *title, const char *format, double scale, double x);

/* The first row sets the titles and the number of columns for all others. */
void table_end_row(struct table *t);

/* Prints the table, unless it has no rows, and frees it. */
ERROR_CHECKED int table_print(struct table *t, struct error *e);
