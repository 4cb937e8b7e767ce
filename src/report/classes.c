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
        text_printf(t, c == k ? "<td class=\"hit\">0</td>" : "<td class=\"none\">·</td>");
        return;
    }
    /* Neither dark nor white digits are readable on a middle blue: it is left out. Mistakes are
     * rare: their colour is the square root of their fraction, relative to the worst. */
    double s = fraction(r, names->count, c, k);
    bool deep = c == k && s > 0.6;
    double ink = deep ? 0.9 + 0.25 * (s - 0.6) : c == k ? 0.8 * s : sqrt(s / worst);
    text_printf(t, "<td class=\"%s%s\" style=\"--a:%.3f\" title=\"", c == k ? "hit" : "miss",
                deep ? " deep" : "", ink);
    html_text(t, names->items[c]);
    text_printf(t, c == k ? " recognised" : " taken for ");
    if (c != k)
        html_text(t, names->items[k]);
    text_printf(t, ": %s of its %lld\">%d</td>", html_percent(s).text, r->v.class_counts[c].samples,
                n);
}

static void matrix(const struct test_results *r, const struct string_list *names, struct text *t) {
    double worst = 0;
    for (int c = 0; c < names->count; c++)
        for (int k = 0; k < names->count; k++)
            if (k != c && count(r, names->count, c, k) > 0)
                worst = fmax(worst, fraction(r, names->count, c, k));
    text_printf(t, "<div class=\"scroll\"><table class=\"matrix%s\">\n<thead><tr><td></td>",
                tall(names) ? " tall" : "");
    for (int c = 0; c < names->count; c++) {
        text_printf(t, "<th scope=\"col\">");
        html_element(t, "span", names->items[c]);
        text_printf(t, "</th>");
    }
    text_printf(t, "</tr></thead>\n<tbody>\n");
    for (int c = 0; c < names->count; c++) {
        text_printf(t, "<tr>");
        html_element(t, "th scope=\"row\"", names->items[c]);
        for (int k = 0; k < names->count; k++)
            cell(r, names, c, k, worst, t);
        text_printf(t, "</tr>\n");
    }
    text_printf(
        t, "</tbody></table></div>\n<p class=\"note\">Rows: actual class. Columns: predicted "
           "class. Blue: the fraction of the class that is predicted correctly. Orange: mistakes");
    if (worst > 0)
        text_printf(t, ", the strongest %s of the class", html_percent(worst).text);
    text_printf(t, ".</p>\n");
}

/* The class other than c that samples of class c are most often taken for, or -1. */
static int confused_with(const struct test_results *r, int classes, int c) {
    int most = -1;
    for (int k = 0; k < classes && r->v.confusion; k++)
        if (k != c && count(r, classes, c, k) > (most < 0 ? 0 : count(r, classes, c, most)))
            most = k;
    return most;
}

static void line(const struct test_results *r, const struct string_list *names, int c,
                 struct text *t) {
    const struct class_counts *counts = &r->v.class_counts[c];
    int other = confused_with(r, names->count, c);
    text_printf(t, "<tr>");
    html_element(t, "th scope=\"row\"", names->items[c]);
    text_printf(t, "<td>%s</td><td>%s</td><td>%s</td><td>%s</td>", html_count(counts->samples).text,
                html_percent(class_counts_precision(counts)).text,
                html_percent(class_counts_recall(counts)).text,
                html_percent(class_counts_f1(counts)).text);
    if (r->v.confusion)
        text_printf(t, "<td class=\"confused\">");
    if (other >= 0) {
        html_text(t, names->items[other]);
        text_printf(t, " <span>%d×</span>", count(r, names->count, c, other));
    }
    text_printf(t, r->v.confusion ? "</td></tr>\n" : "</tr>\n");
}

void classes_write(const struct page *p, const struct test_results *r, struct text *t) {
    const struct string_list *names = &p->data->classes;
    bool multi_label = p->model->multi_label;
    bool beside = names->count <= HALF_CLASSES && !tall(names) && !multi_label;
    text_printf(t, "<section class=\"%s\">\n", beside ? "two" : "above");
    if (names->count <= MOST_CLASSES && !multi_label) {
        text_printf(t, "<div><h2>Confusion matrix</h2>\n");
        matrix(r, names, t);
        text_printf(t, "</div>\n");
    }
    text_printf(t,
                "<div><h2>%s</h2>\n<div class=\"scroll\"><table class=\"classes\">\n"
                "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">samples</th>"
                "<th scope=\"col\">precision</th><th scope=\"col\">recall</th>"
                "<th scope=\"col\">F1</th>%s</tr></thead>\n<tbody>\n",
                multi_label ? "Per label" : "Per class", multi_label ? "label" : "class",
                multi_label ? "" : "<th class=\"confused\" scope=\"col\">most confused with</th>");
    for (int c = 0; c < names->count; c++)
        line(r, names, c, t);
    text_printf(t, "</tbody></table></div>\n<p class=\"note\">");
    text_printf(t,
                multi_label
                    ? "A label is predicted if its probability is at least %.2g. Precision: the "
                      "fraction of its predictions that are correct. Recall: the fraction of the "
                      "samples with this label for which it is predicted. "
                    : "Precision: the fraction of the samples predicted as this class that belong "
                      "to it. Recall: the fraction of this class that is predicted as such. ",
                (double)p->model->threshold);
    text_printf(t, "F1: their harmonic mean.</p>\n</div>\n</section>\n");
}
