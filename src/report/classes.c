#include "report/sections.h"

#include <math.h>
#include <string.h>

/* A matrix of more than MAX_CLASSES classes would be unreadable and is left out; one of up to
 * HALF_CLASSES leaves room for the table next to it. */
enum { MAX_CLASSES = 40, HALF_CLASSES = 11, SHORT_NAME = 3 };

/* Names that are too long for a column heading are rotated. */
static bool tall(const struct string_list *names) {
    for (int c = 0; c < names->count; c++)
        if (strlen(names->items[c]) > SHORT_NAME)
            return true;
    return false;
}

static int count(struct report *r, int c, int k) {
    return r->v.confusion[(size_t)c * (size_t)r->classes->count + (size_t)k];
}

/* NaN for a class without samples. */
static double fraction(struct report *r, int c, int k) {
    return (double)count(r, c, k) / (double)r->v.class_counts[c].samples;
}

/* `worst` is the largest fraction of a class that is predicted as another class. Neither dark nor
 * white digits are readable on a medium blue, so it is not used. Mistakes are rare, so their colour
 * is the square root of their fraction, relative to the worst. */
static void cell(struct report *r, int c, int k, double worst) {
    double s = fraction(r, c, k);
    bool deep = c == k && s > 0.6;
    double ink = deep ? 0.9 + 0.25 * (s - 0.6) : c == k ? 0.8 * s : sqrt(s / worst);
    html_add(&r->text, "matrix-cell",
             "same=%d deep=%d ink=%.3f actual=%s predicted=%s percent=%.9g samples=%lld count=%d",
             c == k, deep, ink, r->classes->items[c], c == k ? "" : r->classes->items[k], s,
             r->v.class_counts[c].samples, count(r, c, k));
}

static void matrix(struct report *r) {
    const struct string_list *names = r->classes;
    double worst = 0;
    for (int c = 0; c < names->count; c++)
        for (int k = 0; k < names->count; k++)
            worst = fmax(worst, k != c ? fraction(r, c, k) : 0); /* fmax ignores NaN */
    html_add(&r->text, "matrix", "tall=%d", tall(names));
    for (int c = 0; c < names->count; c++)
        html_add(&r->text, "matrix-column", "name=%s", names->items[c]);
    html_part(&r->text, "matrix-body");
    for (int c = 0; c < names->count; c++) {
        html_add(&r->text, "matrix-row", "name=%s", names->items[c]);
        for (int k = 0; k < names->count; k++)
            cell(r, c, k, worst);
        html_part(&r->text, "row-end");
    }
    html_add(&r->text, "matrix-end", "worst=%.9g", worst);
}

/* The figures of class c, and the class that it is most often confused with. */
static void row(struct report *r, int c) {
    const struct class_counts *counts = &r->v.class_counts[c];
    const struct class_figures f = class_counts_figures(counts);
    int other = 0, times = 0;
    for (int k = 0; k < r->classes->count && r->v.confusion; k++)
        if (k != c && count(r, c, k) > times)
            times = count(r, c, other = k);
    html_add(&r->text, "per-class-row",
             "name=%s samples=%lld precision=%.9g recall=%.9g f1=%.9g confused=%s times=%d "
             "multi_label=%d",
             r->classes->items[c], counts->samples, f.precision, f.recall, f.f1,
             r->classes->items[other], times, !r->v.confusion);
}

void classes_write(struct report *r) {
    const struct model *m = r->page->model;
    const struct string_list *names = r->classes;
    html_add(&r->text, "classes", "beside=%d",
             names->count <= HALF_CLASSES && !tall(names) && !m->multi_label);
    if (names->count <= MAX_CLASSES && !m->multi_label)
        matrix(r);
    html_add(&r->text, "per-class", "multi_label=%d", m->multi_label);
    for (int c = 0; c < names->count; c++)
        row(r, c);
    html_add(&r->text, "per-class-end", "multi_label=%d threshold=%.2g", m->multi_label,
             (double)m->threshold);
}
