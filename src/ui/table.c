#include "ui/table.h"
#include "ui/terminal.h"

#include <assert.h>

struct cell {
    const char *title, *text;
};

void table_add(struct table *t, const char *title, const char *text) {
    struct cell filled = {title, text ? arena_string(&t->arena, text) : NULL};
    text_add(&t->cells, &filled, sizeof filled);
    t->failed |= t->cells.failed || !title || !filled.text;
    t->filled++;
}

void table_number(struct table *t, const char *title, const char *format, double scale, double x) {
    if (isnan(x)) {
        table_add(t, title, t->form == TABLE_CSV ? "" : "-");
    } else if (t->form == TABLE_CSV) {
        SCOPED(text) exact = {0};
        text_number(&exact, x);
        table_add(t, title, exact.failed ? NULL : exact.data);
    } else if (format || fabs(x) >= 1e15) { /* a larger count may overflow a long long */
        table_format(t, title, format ? format : "%g", scale * x);
    } else {
        table_add(t, title, text_count((long long)x));
    }
}

void table_end_row(struct table *t) {
    if (t->cols == 0)
        t->cols = t->filled;
    assert(t->failed || t->filled % t->cols == 0);
}

/* As printed: row 0 holds the titles; in a transposed table, column 0 does. */
static int rows(const struct table *t) { return t->transposed ? t->cols : t->filled / t->cols + 1; }

static int cols(const struct table *t) { return t->transposed ? t->filled / t->cols + 1 : t->cols; }

static const char *cell(const struct table *t, int row, int col) {
    const struct cell *cells = (const void *)t->cells.data;
    int r = t->transposed ? col : row, c = t->transposed ? row : col;
    return r == 0 ? cells[c].title : cells[(r - 1) * t->cols + c].text;
}

/* ---- for people ---- */

enum { GAP = 2, MAX_CELL = 24, MIN_CELL = 14 };

/* The width of the widest cell, at most max[0] in column 0 and max[1] in the others. */
static int col_width(const struct table *t, int col, const int max[2]) {
    int width = 0;
    for (int r = 0; r < rows(t); r++) {
        int n = terminal_length(cell(t, r, col));
        width = n > width ? n : width;
    }
    return width < max[col > 0] ? width : max[col > 0];
}

/* The width of columns 0 and first .. end - 1. */
static int span(const struct table *t, int first, int end, const int max[2]) {
    int width = col_width(t, 0, max);
    for (int c = first; c < end; c++)
        width += GAP + col_width(t, c, max);
    return width;
}

/* Prints as many columns side by side as fit, then the others below them. A table that is too wide
 * is transposed and its long cells are cut, if it then fits. */
static void print_plain(struct table *t, int width) {
    int half = width > GAP + 2 ? (width - GAP) / 2 : 1, max[2] = {width, width};
    bool fits = span(t, 1, cols(t), max) <= width;
    if (!fits && !t->upright) {
        t->transposed = true;
        max[0] = width / 2;
        max[1] = (width - col_width(t, 0, max)) / (cols(t) - 1) - GAP;
        max[1] = max[1] > MIN_CELL ? max[1] : MIN_CELL;
        t->transposed = fits = span(t, 1, cols(t), max) <= width;
    }
    if (!fits)
        max[0] = max[1] = half < MAX_CELL ? half : MAX_CELL;
    for (int first = 1, next = 1; first < cols(t); first = next) {
        do
            next++;
        while (next < cols(t) && span(t, first, next + 1, max) <= width);
        if (first > 1)
            putchar('\n');
        for (int r = 0; r < rows(t); r++) {
            terminal_text(cell(t, r, 0), col_width(t, 0, max));
            for (int c = first; c < next; c++) {
                printf("%*s", GAP, "");
                terminal_text(cell(t, r, c), -col_width(t, c, max));
            }
            putchar('\n');
        }
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
    text_free(&t->cells);
    arena_free(&t->arena);
    return result;
}
