#include "report/sections.h"

#include <math.h>

enum { NARROW = 36, WIDE = 100, LINE = 20 }; /* the space of a threshold, of the best one */
static const double STEP = 0.4;              /* that the curve does not show */

static void figures(const struct roc *r, int i, double *precision, double *recall) {
    struct class_counts c = roc_counts(r, i);
    *precision = class_counts_precision(&c);
    *recall = class_counts_recall(&c);
}

/* Between two thresholds, the lower one's precision holds, as in scikit-learn: no point of the
 * curve is better than a threshold that there is. */
static void curve(const struct roc *r, struct text *t) {
    double x = 0, y = 0, precision, recall;
    html_add(t, "curve", "line=%d", 0);
    for (int i = 0; i < r->count; i++) {
        figures(r, i, &precision, &recall);
        double next_x = sections_x(recall), next_y = sections_y(precision);
        if (i == 0)
            text_printf(t, "M%.1f %.1f", next_x, next_y);
        else if (i == r->count - 1 || fabs(next_x - x) > STEP || fabs(next_y - y) > STEP)
            text_printf(t, "V%.1fH%.1f", next_y, next_x);
        else
            continue;
        x = next_x;
        y = next_y;
    }
    html_part(t, "path-end");
}

/* The points of the best F1 and of round thresholds, unless the space to the left is taken. */
static void marks(const struct roc *r, struct text *t) {
    static const double thresholds[] = {0, 0.5, 0.9, 0.1, 0.75, 0.25};
    enum { N = sizeof thresholds / sizeof *thresholds };
    double xs[N], ys[N];
    for (int k = 0, n = 0; k < N; k++) {
        int i = k == 0 ? r->best : roc_find(r, thresholds[k]);
        double precision, recall;
        if (i < 0)
            continue;
        figures(r, i, &precision, &recall);
        double x = sections_x(recall), y = sections_y(precision);
        bool taken = false;
        for (int j = 0; j < n; j++)
            taken = taken || (fabs(y - ys[j]) < LINE && x > xs[j] - (j == 0 ? WIDE : NARROW) &&
                              xs[j] > x - NARROW);
        if (taken)
            continue;
        xs[n] = x;
        ys[n++] = y;
        html_add(t, "threshold",
                 "best=%d x=%.1f y=%.1f low=%d threshold=%.3g precision=%s recall=%s", k == 0, x, y,
                 y > (SECTIONS_TOP + SECTIONS_BOTTOM) / 2,
                 k == 0 ? r->points[i].threshold : thresholds[k], html_percent(precision).text,
                 html_percent(recall).text);
    }
}

void precision_recall_write(const struct test_results *r, struct text *t) {
    const struct roc *c = &r->roc;
    if (c->count == 0 || isnan(c->auc))
        return;
    double precision, recall, chance = (double)c->positives / c->samples;
    struct class_counts best = roc_counts(c, c->best);
    figures(c, c->best, &precision, &recall);
    html_add(t, "precision-recall",
             "positive=%s negative=%s auc=%.4f f1=%s threshold=%.3g precision=%s recall=%s",
             r->classes->items[1], r->classes->items[0], c->auc,
             html_percent(class_counts_f1(&best)).text, c->points[c->best].threshold,
             html_percent(precision).text, html_percent(recall).text);
    html_part(t, "percent-axes");
    html_add(t, "chance", "y=%.1f left=%d right=%d", sections_y(chance), SECTIONS_LEFT,
             SECTIONS_RIGHT);
    curve(c, t);
    marks(c, t);
    html_add(t, "precision-recall-end", "positive=%s chance=%s split=%s", r->classes->items[1],
             html_percent(chance).text, r->split);
}
