#include "programs/evaluate/evaluate.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>

/* 0 .. 1, or NaN. */
struct figures {
    double precision, recall, f1;
    long long samples;
};

static struct figures figures_of(const struct class_counts *c) {
    return (struct figures){class_counts_precision(c), class_counts_recall(c), class_counts_f1(c),
                            c->samples};
}

enum { MICRO, MACRO, WEIGHTED, MEANS };
static const char *const names_of_means[MEANS] = {"micro", "macro", "weighted"};

static void add(struct figures *mean, const struct figures *f, double weight) {
    mean->precision += weight * fmax(f->precision, 0); /* fmax ignores a NaN */
    mean->recall += weight * fmax(f->recall, 0);
    mean->f1 += weight * fmax(f->f1, 0);
}

static void means_of(const struct class_counts *counts, int classes, struct figures mean[MEANS]) {
    struct class_counts sum = {0};
    for (int c = 0; c < classes; c++) {
        sum.samples += counts[c].samples;
        sum.predicted += counts[c].predicted;
        sum.true_positives += counts[c].true_positives;
    }
    mean[MICRO] = figures_of(&sum);
    mean[MACRO] = mean[WEIGHTED] = (struct figures){.samples = sum.samples};
    for (int c = 0; c < classes; c++) {
        struct figures f = figures_of(&counts[c]);
        add(&mean[MACRO], &f, 1.0 / classes);
        if (f.samples > 0)
            add(&mean[WEIGHTED], &f, (double)f.samples / (double)sum.samples);
    }
}

static void print_percent(double x, int width) {
    if (isnan(x))
        printf("%*s", width, "-");
    else
        printf("%*.2f %%", width - 2, 100 * x);
}

static void print_row(const char *name, struct figures f) {
    terminal_text(name, 11);
    print_percent(f.precision, 11);
    print_percent(f.recall, 9);
    print_percent(f.f1, 9);
    printf("%10s\n", terminal_count(f.samples));
}

void class_figures_print(const struct string_list *names, const struct class_counts *counts,
                         bool multi_label) {
    struct figures mean[MEANS];
    means_of(counts, names->count, mean);
    printf("\n%s        precision   recall       F1     count\n", multi_label ? "label" : "class");
    for (int c = 0; c < names->count; c++)
        print_row(names->items[c], figures_of(&counts[c]));
    printf("\n");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++)
        print_row(names_of_means[i], mean[i]);
}

void class_figures_json(const struct string_list *names, const struct class_counts *counts,
                        bool multi_label, struct json *j) {
    struct figures mean[MEANS];
    means_of(counts, names->count, mean);
    json_add(j, "classes=[");
    for (int c = 0; c < names->count; c++) {
        struct figures f = figures_of(&counts[c]);
        json_add(j, "{ name=%s precision=%g recall=%g f1=%g count=%lld }", names->items[c],
                 f.precision, f.recall, f.f1, f.samples);
    }
    json_add(j, "]");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++) {
        json_open(j, names_of_means[i], '{');
        json_add(j, "precision=%g recall=%g f1=%g }", mean[i].precision, mean[i].recall,
                 mean[i].f1);
    }
}
