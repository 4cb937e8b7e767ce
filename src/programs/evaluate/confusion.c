#include "programs/evaluate/evaluate.h"
#include "report/ranked.h"
#include "ui/terminal.h"

#include <stdio.h>

static void print_matrix(const struct string_list *names, const int *confusion, int cell) {
    int classes = names->count;
    printf("\n"
           "confusion matrix (rows: actual, columns: predicted)\n"
           "%*s",
           cell, "");
    for (int c = 0; c < classes; c++)
        terminal_text(names->items[c], -cell);
    for (int c = 0; c < classes; c++) {
        printf("\n");
        terminal_text(names->items[c], cell);
        for (int k = 0; k < classes; k++)
            printf("%*d", cell, confusion[c * classes + k]);
    }
    printf("\n");
}

/* The ten largest entries off the diagonal, ties in the matrix's order. */
static void print_mistakes(const struct string_list *names, const int *confusion) {
    enum { MAX = 10 };
    struct ranked most[MAX];
    int classes = names->count, n = 0;
    for (int i = 0; i < classes * classes; i++)
        if (i / classes != i % classes && confusion[i] > 0)
            n = ranked_add(most, n, MAX, (struct ranked){i, confusion[i]});
    printf("\nmost frequent mistakes\n");
    for (int k = 0; k < n; k++)
        printf("%6d x  %s taken for %s\n", confusion[most[k].index],
               names->items[most[k].index / classes], names->items[most[k].index % classes]);
}

/* The width of a cell: room for each class's name and each number, at least 4, and a blank. */
static int cell_width(const struct string_list *names, const int *confusion) {
    int width = 4;
    for (int i = 0; i < names->count * names->count; i++) {
        int digits = snprintf(NULL, 0, "%d", confusion[i]);
        int name = terminal_length(names->items[i % names->count]);
        width = digits > width ? digits : width;
        width = name > width ? name : width;
    }
    return width + 1;
}

void confusion_print(const struct string_list *names, const int *confusion) {
    int cell = cell_width(names, confusion);
    if ((long long)cell * (names->count + 1) <= terminal_width())
        print_matrix(names, confusion, cell);
    else
        print_mistakes(names, confusion);
}

void confusion_json(int classes, const int *confusion, struct json *j) {
    json_open(j, "confusion", '[');
    for (int c = 0; c < classes; c++) {
        json_open(j, NULL, '[');
        for (int k = 0; k < classes; k++)
            json_int(j, NULL, confusion[c * classes + k]);
        json_close(j, ']');
    }
    json_close(j, ']');
}
