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
static void fill(struct table *t, const char *text) {
    if (t->filled == t->capacity) {
        int capacity = 2 * t->capacity + 64;
        const char **cells = realloc(t->cells, (size_t)capacity * sizeof *cells);
        t->failed |= !cells;
        t->cells = cells ? cells : t->cells;
        t->capacity = cells ? capacity : t->capacity;
    }
    t->failed |= !text;
    if (!t->failed)
        t->cells[t->filled++] = text;
}

void table_add(struct table *t, const char *text) {
    fill(t, arena_string(&t->arena, text));
}

void table_format(struct table *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fill(t, arena_vprintf(&t->arena, format, args));
    va_end(args);
}

void table_number(struct table *t, double x) {
    struct text exact = {0};
    if (!isnan(x))
        text_number(&exact, x);
    table_add(t, exact.data ? exact.data : "");
    text_free(&exact);
}

void table_end_row(struct table *t) {
    if (t->cols == 0)
        t->cols = t->filled;
    assert(t->failed || t->filled % t->cols == 0);
}

static int rows(const struct table *t) {
    return t->filled / t->cols;
}

static const char *cell(const struct table *t, int row, int col) {
    return t->cells[row * t->cols + col];
}

/* ---- for people ---- */

enum { GAP = 2 };

/* The longest of `count` cells from `first` on, each `step` after the one before. */
static int width_of(const struct table *t, int first, int step, int count) {
    int max = 0;
    for (int i = 0; i < count; i++) {
        int n = terminal_length(t->cells[first + i * step]);
        max = n > max ? n : max;
    }
    return max;
}

static int col_width(const struct table *t, int col) {
    return width_of(t, col, t->cols, rows(t));
}

static int row_width(const struct table *t, int row, int max) {
    int width = width_of(t, row * t->cols, 1, t->cols);
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

/* The text, with `escape` before each of the `special` characters. */
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
    for (int r = 0; r < rows(t); r++)
        for (int c = 0; c < t->cols; c++) {
            const char *quote = strpbrk(cell(t, r, c), ",\"\r\n") ? "\"" : "";
            fputs(quote, stdout);
            print_escaped(cell(t, r, c), "\"", '"');
            printf("%s%c", quote, c < t->cols - 1 ? ',' : '\n');
        }
}

int table_print(struct table *t, enum table_form form, struct error *e) {
    int result = t->failed ? error_memory(e, "the table") : 0;
    if (result == 0 && form == TABLE_CSV)
        print_csv(t);
    else if (result == 0 && form == TABLE_MARKDOWN)
        print_markdown(t);
    else if (result == 0)
        print_plain(t, terminal_width());
    free(t->cells);
    arena_free(&t->arena);
    return result;
}
