#include "programs/evaluate/per_class.h"
#include "report/ranked.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>

/* ---- precision, recall and F1 ---- */

enum { MICRO, MACRO, WEIGHTED, MEANS };
static const char *const names_of_means[MEANS] = {"micro", "macro", "weighted"};

static void add(struct class_figures *mean, struct class_figures f, double weight) {
    mean->precision += weight * fmax(f.precision, 0); /* fmax ignores a NaN */
    mean->recall += weight * fmax(f.recall, 0);
    mean->f1 += weight * fmax(f.f1, 0);
}

/* Returns the number of samples or, for a multi-label model, of labels. */
static long long means_of(const struct class_counts *counts, int classes,
                          struct class_figures mean[MEANS]) {
    struct class_counts sum = {0};
    for (int c = 0; c < classes; c++) {
        sum.samples += counts[c].samples;
        sum.predicted += counts[c].predicted;
        sum.true_positives += counts[c].true_positives;
    }
    mean[MICRO] = class_counts_figures(&sum);
    mean[MACRO] = mean[WEIGHTED] = (struct class_figures){0};
    for (int c = 0; c < classes; c++) {
        struct class_figures f = class_counts_figures(&counts[c]);
        add(&mean[MACRO], f, 1.0 / classes);
        if (sum.samples > 0)
            add(&mean[WEIGHTED], f, (double)counts[c].samples / (double)sum.samples);
    }
    return sum.samples;
}

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

void per_class_figures(const struct string_list *names, const struct class_counts *counts,
                       bool multi_label, struct json *j) {
    struct class_figures f, mean[MEANS];
    long long samples = means_of(counts, names->count, mean);
    if (j)
        json_add(j, "classes=[");
    else
        printf("\n%s        precision   recall       F1     count\n",
               multi_label ? "label" : "class");
    for (int c = 0; c < names->count; c++) {
        f = class_counts_figures(&counts[c]);
        if (j)
            json_add(j, "{ name=%s precision=%g recall=%g f1=%g count=%lld }", names->items[c],
                     f.precision, f.recall, f.f1, counts[c].samples);
        else
            print_row(names->items[c], f, counts[c].samples);
    }
    if (j)
        json_add(j, "]");
    else
        printf("\n");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++) {
        if (!j) {
            print_row(names_of_means[i], mean[i], samples);
            continue;
        }
        json_open(j, names_of_means[i], '{');
        json_add(j, "precision=%g recall=%g f1=%g }", mean[i].precision, mean[i].recall,
                 mean[i].f1);
    }
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

static void write_matrix(int classes, const int *confusion, struct json *j) {
    json_open(j, "confusion", '[');
    for (int c = 0; c < classes; c++) {
        json_open(j, NULL, '[');
        for (int k = 0; k < classes; k++)
            json_int(j, NULL, confusion[c * classes + k]);
        json_close(j, ']');
    }
    json_close(j, ']');
}

void per_class_confusion(const struct string_list *names, const int *confusion, struct json *j) {
    int cell = cell_width(names, confusion);
    if (j)
        write_matrix(names->count, confusion, j);
    else if ((long long)cell * (names->count + 1) <= terminal_width())
        print_matrix(names, confusion, cell);
    else
        print_mistakes(names, confusion);
}
