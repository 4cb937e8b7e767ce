#include "report/sections.h"

#include <math.h>

static const double STEP = 0.4; /* of the curve, in SVG units: what is less does not show */

static double x_of(const struct roc_point *p) {
    return sections_x(class_counts_recall(&p->counts));
}

static double y_of(const struct roc_point *p) {
    return sections_y(class_counts_precision(&p->counts));
}

/* Between two thresholds, the lower one's precision holds, as in scikit-learn: no point of the
 * curve is better than a threshold that there is. */
static void curve(const struct roc *r, struct text *t) {
    const struct roc_point *drawn = r->points, *end = r->points + r->count;
    html_add(t, "curve", "line=%d", 0);
    text_printf(t, "M%.1f %.1f", x_of(drawn), y_of(drawn));
    for (const struct roc_point *p = drawn + 1; p < end; p++)
        if (p == end - 1 || x_of(p) - x_of(drawn) > STEP || fabs(y_of(p) - y_of(drawn)) > STEP) {
            text_printf(t, "V%.1fH%.1f", y_of(p), x_of(p));
            drawn = p;
        }
    html_part(t, "path-end");
}

static void mark(const struct roc_point *p, double threshold, bool best, struct text *t) {
    html_add(t, "threshold", "best=%d x=%.1f y=%.1f threshold=%.3g precision=%s recall=%s", best,
             x_of(p), y_of(p), threshold, html_percent(class_counts_precision(&p->counts)).text,
             html_percent(class_counts_recall(&p->counts)).text);
}

/* Round thresholds, except where the best one's name needs the space. */
static void marks(const struct roc *r, struct text *t) {
    static const double thresholds[] = {0.1, 0.25, 0.5, 0.75, 0.9};
    const struct roc_point *best = &r->points[r->best], *last = best;
    mark(best, best->threshold, true, t);
    for (size_t k = 0; k < sizeof thresholds / sizeof *thresholds; k++) {
        const struct roc_point *p = r->points + r->count - 1;
        while (p > r->points && p->threshold < thresholds[k])
            p--;
        bool apart = fabs(x_of(p) - x_of(last)) > 36 || fabs(y_of(p) - y_of(last)) > 20;
        if (p->threshold < thresholds[k] || !apart ||
            (fabs(x_of(p) - x_of(best)) < 100 && fabs(y_of(p) - y_of(best)) < 12))
            continue;
        mark(p, thresholds[k], false, t);
        last = p;
    }
}

void precision_recall_write(const struct test_results *r, struct text *t) {
    if (r->roc.count == 0 || isnan(r->roc.auc))
        return;
    const struct roc_point *best = &r->roc.points[r->roc.best];
    const char *positive = r->classes->items[1];
    double chance = (double)best->counts.samples / r->v.count;
    html_add(t, "precision-recall",
             "positive=%s negative=%s auc=%.4f f1=%s threshold=%.3g precision=%s recall=%s y=%.1f",
             positive, r->classes->items[0], r->roc.auc,
             html_percent(class_counts_f1(&best->counts)).text, best->threshold,
             html_percent(class_counts_precision(&best->counts)).text,
             html_percent(class_counts_recall(&best->counts)).text, sections_y(chance));
    html_part(t, "percent-axes");
    curve(&r->roc, t);
    marks(&r->roc, t);
    html_add(t, "precision-recall-end", "positive=%s chance=%s split=%s", positive,
             html_percent(chance).text, r->split);
}
