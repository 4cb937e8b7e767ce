#include "ui/table.h"
#include "base/text.h"
#include "ui/terminal.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fills the next cell with a text in the table's arena; NULL: memory ran out. */
static void fill(struct table *t, const char *title, const char *text) {
    if (t->filled == t->capacity) {
        int capacity = 2 * t->capacity + 64;
        struct table_cell *cells = realloc(t->cells, (size_t)capacity * sizeof *cells);
        t->failed |= !cells;
        t->cells = cells ? cells : t->cells;
        t->capacity = cells ? capacity : t->capacity;
    }
    t->failed |= !text;
    if (!t->failed)
        t->cells[t->filled++] = (struct table_cell){title, text};
}

void table_add(struct table *t, const char *title, const char *text) {
    fill(t, title, arena_string(&t->arena, text));
}

void table_format(struct table *t, const char *title, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fill(t, title, arena_vprintf(&t->arena, format, args));
    va_end(args);
}

void table_number(struct table *t, const char *title, const char *format, double scale, double x) {
    if (isnan(x)) {
        table_add(t, title, t->form == TABLE_CSV ? "" : "-");
    } else if (t->form == TABLE_CSV) {
        struct text exact = {0};
        text_number(&exact, x);
        fill(t, title, exact.failed ? NULL : arena_string(&t->arena, exact.data));
        text_free(&exact);
    } else if (format || fabs(x) >= 1e15) { /* a larger one may overflow a long long */
        fill(t, title, arena_printf(&t->arena, format ? format : "%g", scale * x));
    } else {
        table_add(t, title, terminal_count((long long)x));
    }
}

void table_end_row(struct table *t) {
    if (t->cols == 0)
        t->cols = t->filled;
    assert(t->failed || t->filled % t->cols == 0);
}

/* Row 0 is the titles. */
static int rows(const struct table *t) {
    return t->filled / t->cols + 1;
}

static const char *cell(const struct table *t, int row, int col) {
    return row == 0 ? t->cells[col].title : t->cells[(row - 1) * t->cols + col].text;
}

/* ---- for people ---- */

enum { GAP = 2 };

/* The widest of the cells in rows r .. r_end - 1 and columns c .. c_end - 1. */
static int widest(const struct table *t, int r, int r_end, int c, int c_end) {
    int max = 0;
    for (; r < r_end; r++)
        for (int i = c; i < c_end; i++) {
            int n = terminal_length(cell(t, r, i));
            max = n > max ? n : max;
        }
    return max;
}

static int col_width(const struct table *t, int col) {
    return widest(t, 0, rows(t), col, col + 1);
}

static int row_width(const struct table *t, int row, int max) {
    int width = widest(t, row, row + 1, 0, t->cols);
    return width < max ? width : max;
}

static void print_upright(const struct table *t) {
    for (int r = 0; r < rows(t); r++) {
        for (int c = 0; c < t->cols; c++) {
            printf("%*s", c > 0 ? GAP : 0, "");
            terminal_text(cell(t, r, c), c == 0 ? col_width(t, c) : -col_width(t, c));
        }
        putchar('\n');
    }
}

/* One line per column: its title, and its cells in rows first .. last, `max` wide at most. */
static void print_transposed(const struct table *t, int first, int last, int titles, int max) {
    for (int c = 0; c < t->cols; c++) {
        terminal_text(cell(t, 0, c), titles);
        for (int r = first; r <= last; r++) {
            printf("%*s", GAP, "");
            terminal_text(cell(t, r, c), -row_width(t, r, max));
        }
        putchar('\n');
    }
}

static void print_plain(const struct table *t, int width) {
    int total = -GAP;
    for (int c = 0; c < t->cols && total <= width; c++)
        total += col_width(t, c) + GAP;
    if (total <= width) {
        print_upright(t);
        return;
    }
    int titles = row_width(t, 0, width / 2);
    int room = width - titles, max = room - GAP > 1 ? room - GAP : 1;
    for (int first = 1, next = 1; first < rows(t); first = next) {
        int used = 0;
        do
            used += GAP + row_width(t, next++, max);
        while (next < rows(t) && used + GAP + row_width(t, next, max) <= room);
        if (first > 1)
            putchar('\n');
        print_transposed(t, first, next - 1, titles, max);
    }
}

/* ---- for programs ---- */

/* Prints the text, with `escape` before each of the `special` characters. */
static void print_escaped(const char *s, const char *special, char escape) {
    for (; *s; s++) {
        if (strchr(special, *s))
            putchar(escape);
        putchar(*s);
    }
}

static void print_markdown(const struct table *t) {
    for (int r = 0; r < rows(t); r++) {
        for (int c = 0; c < t->cols; c++) {
            fputs("| ", stdout);
            print_escaped(cell(t, r, c), "|\\", '\\');
            putchar(' ');
        }
        puts("|");
        for (int c = 0; r == 0 && c < t->cols; c++)
            printf("%s%s", c == 0 ? "|---" : "|--:", c == t->cols - 1 ? "|\n" : "");
    }
}

static void print_csv(const struct table *t) {
    for (int r = t->untitled; r < rows(t); r++)
        for (int c = 0; c < t->cols; c++) {
            const char *quote = strpbrk(cell(t, r, c), ",\"\r\n") ? "\"" : "";
            fputs(quote, stdout);
            print_escaped(cell(t, r, c), "\"", '"');
            printf("%s%c", quote, c < t->cols - 1 ? ',' : '\n');
        }
}

int table_print(struct table *t, struct error *e) {
    int result = t->failed ? error_memory(e, "the table") : 0;
    if (result == 0 && t->cols > 0) {
        if (t->form == TABLE_CSV)
            print_csv(t);
        else if (t->form == TABLE_MARKDOWN)
            print_markdown(t);
        else
            print_plain(t, terminal_width());
    }
    free(t->cells);
    arena_free(&t->arena);
    return result;
}
