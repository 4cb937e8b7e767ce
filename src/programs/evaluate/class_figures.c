#include "programs/evaluate/evaluate.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>

enum { MICRO, MACRO, WEIGHTED, MEANS };
static const char *const names_of_means[MEANS] = {"micro", "macro", "weighted"};

static void add(struct class_figures *mean, struct class_figures f, double weight) {
    mean->precision += weight * fmax(f.precision, 0); /* fmax ignores a NaN */
    mean->recall += weight * fmax(f.recall, 0);
    mean->f1 += weight * fmax(f.f1, 0);
}

/* Returns the number of samples, or of labels. */
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

static void print_percent(double x, int width) {
    if (isnan(x))
        printf("%*s", width, "-");
    else
        printf("%*.2f %%", width - 2, 100 * x);
}

static void print_row(const char *name, struct class_figures f, long long samples) {
    terminal_text(name, 11);
    print_percent(f.precision, 11);
    print_percent(f.recall, 9);
    print_percent(f.f1, 9);
    printf("%10s\n", terminal_count(samples));
}

void class_figures_print(const struct string_list *names, const struct class_counts *counts,
                         bool multi_label) {
    struct class_figures mean[MEANS];
    long long samples = means_of(counts, names->count, mean);
    printf("\n%s        precision   recall       F1     count\n", multi_label ? "label" : "class");
    for (int c = 0; c < names->count; c++)
        print_row(names->items[c], class_counts_figures(&counts[c]), counts[c].samples);
    printf("\n");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++)
        print_row(names_of_means[i], mean[i], samples);
}

void class_figures_json(const struct string_list *names, const struct class_counts *counts,
                        bool multi_label, struct json *j) {
    struct class_figures mean[MEANS];
    means_of(counts, names->count, mean);
    json_add(j, "classes=[");
    for (int c = 0; c < names->count; c++) {
        struct class_figures f = class_counts_figures(&counts[c]);
        json_add(j, "{ name=%s precision=%g recall=%g f1=%g count=%lld }", names->items[c],
                 f.precision, f.recall, f.f1, counts[c].samples);
    }
    json_add(j, "]");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++) {
        json_open(j, names_of_means[i], '{');
        json_add(j, "precision=%g recall=%g f1=%g }", mean[i].precision, mean[i].recall,
                 mean[i].f1);
    }
}
