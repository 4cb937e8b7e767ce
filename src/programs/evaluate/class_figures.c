#include "programs/evaluate/class_figures.h"
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

static void means_of(const struct class_counts *counts, int classes, struct figures *micro,
                     struct figures *macro) {
    struct class_counts sum = {0};
    *macro = (struct figures){0};
    for (int c = 0; c < classes; c++) {
        struct figures f = figures_of(&counts[c]);
        sum.samples += f.samples;
        sum.predicted += counts[c].predicted;
        sum.true_positives += counts[c].true_positives;
        macro->precision += fmax(f.precision, 0) / classes; /* fmax ignores a NaN */
        macro->recall += fmax(f.recall, 0) / classes;
        macro->f1 += fmax(f.f1, 0) / classes;
    }
    *micro = figures_of(&sum);
    macro->samples = sum.samples;
}

static void print_percent(double x) {
    if (isnan(x))
        printf("  %9s", "-");
    else
        printf("  %7.2f %%", 100 * x);
}

static void print_row(const char *name, struct figures f, bool f1) {
    terminal_text(name, 11);
    print_percent(f.precision);
    print_percent(f.recall);
    if (f1)
        print_percent(f.f1);
    printf("  %9s\n", terminal_count(f.samples));
}

void class_figures_print(const struct string_list *names, const struct class_counts *counts,
                         bool multi_label) {
    struct figures micro, macro;
    means_of(counts, names->count, &micro, &macro);
    printf(multi_label ? "\nlabel        precision     recall         F1      count\n"
                       : "\nclass        precision     recall      count\n");
    for (int c = 0; c < names->count; c++)
        print_row(names->items[c], figures_of(&counts[c]), multi_label);
    if (multi_label) {
        printf("\n");
        print_row("all, micro", micro, true);
        print_row("all, macro", macro, true);
    }
}

static void write_figures(struct json *j, struct figures f) {
    json_number(j, "precision", f.precision);
    json_number(j, "recall", f.recall);
    json_number(j, "f1", f.f1);
}

void class_figures_json(const struct string_list *names, const struct class_counts *counts,
                        bool multi_label, struct json *j) {
    struct figures means[2];
    means_of(counts, names->count, &means[0], &means[1]);
    json_open(j, "classes", '[');
    for (int c = 0; c < names->count; c++) {
        json_open(j, NULL, '{');
        json_string(j, "name", names->items[c]);
        write_figures(j, figures_of(&counts[c]));
        json_int(j, "count", counts[c].samples);
        json_close(j, '}');
    }
    json_close(j, ']');
    for (int i = 0; i < 2 && multi_label; i++) {
        json_open(j, i == 0 ? "micro" : "macro", '{');
        write_figures(j, means[i]);
        json_close(j, '}');
    }
}
