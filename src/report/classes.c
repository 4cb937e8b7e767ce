#include "report/sections.h"

#include <math.h>
#include <string.h>

/* Wider matrices nobody can read; up to so wide ones stand beside the other table. */
enum { MOST_CELLS = 40, HALF_CELLS = 11, SHORT_NAME = 3 };

/* Names too long for a column's head are turned. */
static bool tall(const struct string_list *names) {
    for (int c = 0; c < names->count; c++)
        if (strlen(names->items[c]) > SHORT_NAME)
            return true;
    return false;
}

static int count(const struct test_results *f, int classes, int c, int k) {
    return f->v.confusion[(size_t)c * (size_t)classes + (size_t)k];
}

static void cell(const struct test_results *f, const struct string_list *names, int c, int k,
                 double most, struct text *t) {
    int n = count(f, names->count, c, k);
    long long samples = f->v.class_counts[c].samples;
    double s = (double)n / (double)samples;
    if (n == 0) {
        text_printf(t, c == k ? "<td class=\"hit\">0</td>" : "<td class=\"none\">·</td>");
        return;
    }
    /* Between a pale blue and a deep one neither dark nor white digits could be read: there is
     * none. Mistakes are rare: the root of their share, against the most frequent one's, is the
     * colour. */
    bool deep = c == k && s > 0.6;
    double ink = deep ? 0.9 + 0.25 * (s - 0.6) : c == k ? 0.8 * s : sqrt(s / most);
    text_printf(t, "<td class=\"%s%s\" style=\"--a:%.3f\" title=\"", c == k ? "hit" : "miss",
                deep ? " deep" : "", ink);
    html_text(t, names->items[c]);
    if (c != k) {
        text_printf(t, " taken for ");
        html_text(t, names->items[k]);
    } else {
        text_printf(t, " recognised");
    }
    text_printf(t, ": ");
    html_percent(t, s);
    text_printf(t, " of its %lld\">%d</td>", samples, n);
}

static void matrix(const struct test_results *f, const struct string_list *names, struct text *t) {
    double most = 0; /* the largest share of a class that is taken for another one */
    for (int c = 0; c < names->count; c++)
        for (int k = 0; k < names->count; k++)
            if (k != c && count(f, names->count, c, k) > 0)
                most = fmax(most, (double)count(f, names->count, c, k) /
                                      (double)f->v.class_counts[c].samples);
    text_printf(t, "<div class=\"scroll\"><table class=\"matrix%s\">\n<thead><tr><td></td>",
                tall(names) ? " tall" : "");
    for (int c = 0; c < names->count; c++) {
        text_printf(t, "<th scope=\"col\"><span>");
        html_text(t, names->items[c]);
        text_printf(t, "</span></th>");
    }
    text_printf(t, "</tr></thead>\n<tbody>\n");
    for (int c = 0; c < names->count; c++) {
        text_printf(t, "<tr><th scope=\"row\">");
        html_text(t, names->items[c]);
        text_printf(t, "</th>");
        for (int k = 0; k < names->count; k++)
            cell(f, names, c, k, most, t);
        text_printf(t, "</tr>\n");
    }
    text_printf(t, "</tbody></table></div>\n<p class=\"note\">A row is a class, a column what the "
                   "model says. Blue: the share of the class that it gets right. Orange: mistakes");
    if (most > 0) {
        text_printf(t, ", the strongest ");
        html_percent(t, most);
        text_printf(t, " of the class");
    }
    text_printf(t, ".</p>\n");
}

static void line(const struct test_results *f, const struct string_list *names, int c,
                 struct text *t) {
    const struct class_counts *counts = &f->v.class_counts[c];
    int confused_with = test_results_confused_with(f, names->count, c);
    text_printf(t, "<tr><th scope=\"row\">");
    html_text(t, names->items[c]);
    text_printf(t, "</th><td>");
    html_count(t, counts->samples);
    text_printf(t, "</td><td>");
    html_percent(t, class_counts_precision(counts));
    text_printf(t, "</td><td>");
    html_percent(t, class_counts_recall(counts));
    text_printf(t, "</td><td>");
    html_percent(t, class_counts_f1(counts));
    text_printf(t, "</td>");
    if (f->v.confusion)
        text_printf(t, "<td class=\"rival\">");
    if (confused_with >= 0) {
        html_text(t, names->items[confused_with]);
        text_printf(t, " <span>%d×</span>", count(f, names->count, c, confused_with));
    }
    text_printf(t, f->v.confusion ? "</td></tr>\n" : "</tr>\n");
}

void classes_write(const struct page *p, const struct test_results *f, struct text *t) {
    const struct string_list *names = &p->data->classes;
    bool multi_label = p->model->multi_label, readable = names->count <= MOST_CELLS && !multi_label;
    bool beside = names->count <= HALF_CELLS && !tall(names) && !multi_label;
    text_printf(t, "<section class=\"%s\">\n", beside ? "two" : "above");
    if (readable) {
        text_printf(t, "<div><h2>What is taken for what</h2>\n");
        matrix(f, names, t);
        text_printf(t, "</div>\n");
    }
    text_printf(t,
                "<div><h2>%s</h2>\n<div class=\"scroll\"><table class=\"classes\">\n"
                "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">samples</th>"
                "<th scope=\"col\">precision</th><th scope=\"col\">recall</th>"
                "<th scope=\"col\">F1</th>%s</tr></thead>\n<tbody>\n",
                multi_label ? "Label by label" : "Class by class", multi_label ? "label" : "class",
                multi_label ? "" : "<th class=\"rival\" scope=\"col\">mostly taken for</th>");
    for (int c = 0; c < names->count; c++)
        line(f, names, c, t);
    text_printf(t, "</tbody></table></div>\n<p class=\"note\">");
    text_printf(t,
                multi_label
                    ? "A label is named where its probability is at least %.2g. Precision: how "
                      "many of the samples for which it is named have it. Recall: for how many "
                      "of those that have it, it is named. "
                    : "Precision: how many of those that are taken for the class are of it. "
                      "Recall: how many of the class are taken for it. ",
                (double)p->model->threshold);
    text_printf(t, "F1: their harmonic mean.</p>\n</div>\n</section>\n");
}
