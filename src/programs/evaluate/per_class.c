#include "programs/evaluate/per_class.h"
#include "report/ranked.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>

static void print_row(const char *name, struct class_figures f, long long samples) {
    const double x[] = {f.precision, f.recall, f.f1};
    terminal_text(name, 11);
    printf("  ");
    for (int i = 0; i < 3; i++)
        if (isnan(x[i]))
            printf("%9s", "-");
        else
            printf("%7.2f %%", 100 * x[i]);
    printf("%10s\n", terminal_count(samples));
}

static void print_figures(const struct figures *f) {
    bool multi_label = f->model->multi_label;
    struct class_figures means[MEANS];
    long long samples = figures_means(f, means);
    printf("\n%s        precision   recall       F1     count\n", multi_label ? "label" : "class");
    for (int c = 0; c < f->data->classes.count; c++)
        print_row(f->data->classes.items[c], class_counts_figures(&f->v.class_counts[c]),
                  f->v.class_counts[c].samples);
    printf("\n");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++)
        print_row(figures_means_names[i], means[i], samples);
}

/* ---- the confusion matrix ---- */

static void print_matrix(const struct string_list *names, const int *confusion, int cell) {
    int classes = names->count;
    printf("\nconfusion matrix (rows: actual, columns: predicted)\n%*s", cell, "");
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

/* The ten largest entries off the diagonal; ties are in the matrix's order. */
static void print_mistakes(const struct string_list *names, const int *confusion) {
    enum { MAX = 10 };
    struct ranked most[MAX];
    int classes = names->count, n = 0;
    for (int i = 0; i < classes * classes; i++)
        if (i / classes != i % classes && confusion[i] > 0)
            n = ranked_add(most, n, MAX, (struct ranked){i, confusion[i]});
    printf("\nmost frequent mistakes\n");
    for (int k = 0; k < n; k++)
        printf("%6d x  %s predicted as %s\n", confusion[most[k].index],
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

void per_class_print(const struct figures *f) {
    const struct string_list *names = &f->data->classes;
    const int *confusion = f->v.confusion;
    print_figures(f);
    if (!confusion)
        return;
    int cell = cell_width(names, confusion);
    if ((long long)cell * (names->count + 1) <= terminal_width())
        print_matrix(names, confusion, cell);
    else
        print_mistakes(names, confusion);
}
