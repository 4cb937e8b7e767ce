#include "ui/table.h"
#include "base/text.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void table_begin(struct table *t, int rows, int cols) {
    *t = (struct table){.rows = rows, .cols = cols};
    t->cells = arena_alloc(&t->arena, (size_t)rows * (size_t)cols, sizeof *t->cells);
    t->failed = !t->cells;
}

void table_free(struct table *t) {
    arena_free(&t->arena);
}

void table_add(struct table *t, const char *text) {
    const char *copy = t->failed ? NULL : arena_string(&t->arena, text);
    if (copy)
        t->cells[t->filled++] = copy;
    else
        t->failed = true;
}

void table_number(struct table *t, double x) {
    struct text exact = {0};
    if (!isnan(x))
        text_number(&exact, x);
    table_add(t, exact.data ? exact.data : "");
    text_free(&exact);
}

static const char *cell(const struct table *t, int row, int col) {
    return t->cells[(size_t)row * (size_t)t->cols + (size_t)col];
}

/* ---- for a person ---- */

enum { GAP = 2 };

static int row_width(const struct table *t, int row) {
    int most = 0;
    for (int c = 0; c < t->cols; c++) {
        int n = terminal_length(cell(t, row, c));
        most = n > most ? n : most;
    }
    return most;
}

static int col_width(const struct table *t, int col) {
    int most = 0;
    for (int r = 0; r < t->rows; r++) {
        int n = terminal_length(cell(t, r, col));
        most = n > most ? n : most;
    }
    return most;
}

static void print_as_it_is(const struct table *t) {
    for (int r = 0; r < t->rows; r++) {
        for (int c = 0; c < t->cols; c++) {
            if (c > 0)
                printf("%*s", GAP, "");
            terminal_text(cell(t, r, c), c == 0 ? col_width(t, c) : -col_width(t, c));
        }
        putchar('\n');
    }
}

/* A line a column: its title, and what rows first .. last have there. */
static void print_turned(const struct table *t, int first, int last, int titles, int most) {
    for (int c = 0; c < t->cols; c++) {
        terminal_text(cell(t, 0, c), titles);
        for (int r = first; r <= last; r++) {
            int width = row_width(t, r) < most ? row_width(t, r) : most;
            printf("%*s", GAP, "");
            terminal_text(cell(t, r, c), -width);
        }
        putchar('\n');
    }
}

void table_print(const struct table *t, int width) {
    int total = -GAP;
    for (int c = 0; c < t->cols && total <= width; c++)
        total += col_width(t, c) + GAP;
    if (total <= width) {
        print_as_it_is(t);
        return;
    }
    int titles = row_width(t, 0);
    if (titles > width / 2)
        titles = width / 2;
    int room = width - titles, most = room - GAP > 1 ? room - GAP : 1;
    for (int first = 1, last; first < t->rows; first = last + 1) {
        int used = 0;
        for (last = first - 1; last + 1 < t->rows; last++) {
            int next = row_width(t, last + 1) < most ? row_width(t, last + 1) : most;
            if (last >= first && used + GAP + next > room)
                break;
            used += GAP + next;
        }
        if (first > 1)
            putchar('\n');
        print_turned(t, first, last, titles, most);
    }
}

/* ---- for programs ---- */

void table_markdown(const struct table *t) {
    for (int r = 0; r < t->rows; r++) {
        for (int c = 0; c < t->cols; c++) {
            fputs("| ", stdout);
            for (const char *s = cell(t, r, c); *s; s++) {
                if (*s == '|' || *s == '\\')
                    putchar('\\');
                putchar(*s);
            }
            putchar(' ');
        }
        puts("|");
        for (int c = 0; r == 0 && c < t->cols; c++)
            fputs(c == 0 ? "|---" : "|--:", stdout);
        if (r == 0)
            puts("|");
    }
}

void table_csv(const struct table *t) {
    for (int r = 0; r < t->rows; r++) {
        for (int c = 0; c < t->cols; c++) {
            const char *s = cell(t, r, c);
            bool quoted = strpbrk(s, ",\"\r\n") != NULL;
            fputs(c > 0 ? "," : "", stdout);
            fputs(quoted ? "\"" : "", stdout);
            for (; *s; s++) {
                if (*s == '"')
                    putchar('"');
                putchar(*s);
            }
            fputs(quoted ? "\"" : "", stdout);
        }
        putchar('\n');
    }
}
