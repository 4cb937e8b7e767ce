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

enum { GAP = 2, MAX_CELL = 24, MIN_CELL = 14 };

/* The widest of the cells in rows r .. r_end - 1 and columns c .. c_end - 1, up to `max`. */
static int widest(const struct table *t, int r, int r_end, int c, int c_end, int max) {
    int width = 0;
    for (; r < r_end; r++)
        for (int i = c; i < c_end; i++) {
            int n = terminal_length(cell(t, r, i));
            width = n > width ? n : width;
        }
    return width < max ? width : max;
}

static int col_width(const struct table *t, int col, int max) {
    return widest(t, 0, rows(t), col, col + 1, max);
}

static int row_width(const struct table *t, int row, int max) {
    return widest(t, row, row + 1, 0, t->cols, max);
}

/* The width of columns 0 and first .. end - 1. */
static int span(const struct table *t, int first, int end, int max) {
    int width = col_width(t, 0, max);
    for (int c = first; c < end; c++)
        width += GAP + col_width(t, c, max);
    return width;
}

/* Columns 0 and first .. end - 1. */
static void print_part(const struct table *t, int first, int end, int max) {
    for (int r = 0; r < rows(t); r++) {
        terminal_text(cell(t, r, 0), col_width(t, 0, max));
        for (int c = first; c < end; c++) {
            printf("%*s", GAP, "");
            terminal_text(cell(t, r, c), -col_width(t, c, max));
        }
        putchar('\n');
    }
}

/* As many columns side by side as fit, then the others below them. */
static void print_upright(const struct table *t, int width) {
    int half = width > GAP + 2 ? (width - GAP) / 2 : 1, cut = half < MAX_CELL ? half : MAX_CELL;
    int max = span(t, 1, t->cols, width) <= width ? width : cut;
    for (int first = 1, next = 1; first < t->cols; first = next) {
        do
            next++;
        while (next < t->cols && span(t, first, next + 1, max) <= width);
        if (first > 1)
            putchar('\n');
        print_part(t, first, next, max);
    }
}

/* One line per column: its title and its cells, long ones cut. Prints nothing if that is wider than
 * `width`. */
static bool print_transposed(const struct table *t, int width) {
    int titles = row_width(t, 0, width / 2), used = titles;
    int each = (width - titles) / (rows(t) - 1) - GAP, max = each > MIN_CELL ? each : MIN_CELL;
    for (int r = 1; r < rows(t); r++)
        used += GAP + row_width(t, r, max);
    for (int c = 0; c < t->cols && used <= width; c++) {
        terminal_text(cell(t, 0, c), titles);
        for (int r = 1; r < rows(t); r++) {
            printf("%*s", GAP, "");
            terminal_text(cell(t, r, c), -row_width(t, r, max));
        }
        putchar('\n');
    }
    return used <= width;
}

static void print_plain(const struct table *t, int width) {
    if (t->upright || span(t, 1, t->cols, width) <= width || !print_transposed(t, width))
        print_upright(t, width);
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
