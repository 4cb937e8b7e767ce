#include "report/sections.h"

#include <math.h>
#include <string.h>

/* A matrix of more classes than MOST_CLASSES is unreadable and left out; one of up to HALF_CLASSES
 * leaves room for the table beside it. */
enum { MOST_CLASSES = 40, HALF_CLASSES = 11, SHORT_NAME = 3 };

/* Names too long for a column's head are turned. */
static bool tall(const struct string_list *names) {
    for (int c = 0; c < names->count; c++)
        if (strlen(names->items[c]) > SHORT_NAME)
            return true;
    return false;
}

static int count(const struct test_results *r, int classes, int c, int k) {
    return r->v.confusion[(size_t)c * (size_t)classes + (size_t)k];
}

static double fraction(const struct test_results *r, int classes, int c, int k) {
    return (double)count(r, classes, c, k) / (double)r->v.class_counts[c].samples;
}

/* `worst` is the largest fraction of a class that is taken for another one. */
static void cell(const struct test_results *r, const struct string_list *names, int c, int k,
                 double worst, struct text *t) {
    int n = count(r, names->count, c, k);
    if (n == 0) {
        html_add(t, "matrix-zero", "same=%d", c == k);
        return;
    }
    /* Neither dark nor white digits are readable on a middle blue: it is left out. Mistakes are
     * rare: their colour is the square root of their fraction, relative to the worst. */
    double s = fraction(r, names->count, c, k);
    bool deep = c == k && s > 0.6;
    double ink = deep ? 0.9 + 0.25 * (s - 0.6) : c == k ? 0.8 * s : sqrt(s / worst);
    html_add(t, "matrix-cell",
             "same=%d deep=%d ink=%.3f actual=%s predicted=%s percent=%s samples=%lld count=%d",
             c == k, deep, ink, names->items[c], c == k ? "" : names->items[k],
             html_percent(s).text, r->v.class_counts[c].samples, n);
}

static void matrix(const struct test_results *r, const struct string_list *names, struct text *t) {
    double worst = 0;
    for (int c = 0; c < names->count; c++)
        for (int k = 0; k < names->count; k++)
            if (k != c && count(r, names->count, c, k) > 0)
                worst = fmax(worst, fraction(r, names->count, c, k));
    html_add(t, "matrix", "tall=%d", tall(names));
    for (int c = 0; c < names->count; c++)
        html_add(t, "matrix-column", "name=%s", names->items[c]);
    html_part(t, "matrix-body");
    for (int c = 0; c < names->count; c++) {
        html_add(t, "matrix-row", "name=%s", names->items[c]);
        for (int k = 0; k < names->count; k++)
            cell(r, names, c, k, worst, t);
        html_part(t, "row-end");
    }
    html_add(t, "matrix-end", "worst=%s", worst > 0 ? html_percent(worst).text : "");
}

/* The class other than c that samples of class c are most often taken for, or -1. */
static int confused_with(const struct test_results *r, int classes, int c) {
    int most = -1;
    for (int k = 0; k < classes && r->v.confusion; k++)
        if (k != c && count(r, classes, c, k) > (most < 0 ? 0 : count(r, classes, c, most)))
            most = k;
    return most;
}

static void row(const struct test_results *r, const struct string_list *names, int c,
                struct text *t) {
    const struct class_counts *counts = &r->v.class_counts[c];
    int other = confused_with(r, names->count, c);
    html_add(t, "per-class-row",
             "name=%s samples=%s precision=%s recall=%s f1=%s confused=%s times=%d multi_label=%d",
             names->items[c], html_count(counts->samples).text,
             html_percent(class_counts_precision(counts)).text,
             html_percent(class_counts_recall(counts)).text,
             html_percent(class_counts_f1(counts)).text, other < 0 ? "" : names->items[other],
             other < 0 ? 0 : count(r, names->count, c, other), !r->v.confusion);
}

void classes_write(const struct page *p, const struct test_results *r, struct text *t) {
    const struct string_list *names = &p->data->classes;
    bool multi_label = p->model->multi_label;
    html_add(t, "classes", "beside=%d",
             names->count <= HALF_CLASSES && !tall(names) && !multi_label);
    if (names->count <= MOST_CLASSES && !multi_label)
        matrix(r, names, t);
    html_add(t, "per-class", "multi_label=%d", multi_label);
    for (int c = 0; c < names->count; c++)
        row(r, names, c, t);
    html_add(t, "per-class-end", "multi_label=%d threshold=%.2g", multi_label,
             (double)p->model->threshold);
}
