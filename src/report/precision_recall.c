#include "report/sections.h"

#include <math.h>

static const double STEP = 0.4; /* of the curve, in SVG units: less would not show */

/* In SVG units, on the template's "percent-axes". */
static double x_of(const struct roc_point *p) {
    return 60 + 390 * class_counts_figures(&p->counts).recall;
}

static double y_of(const struct roc_point *p) {
    return 256 - 220 * class_counts_figures(&p->counts).precision;
}

/* Between two thresholds, the lower one's precision holds, as in scikit-learn, so that no point of
 * the curve is better than what some threshold achieves. */
static void curve(struct report *r) {
    const struct roc_point *drawn = r->roc.points, *end = drawn + r->roc.count;
    html_add(&r->text, "curve", "line=%d", 0);
    text_printf(&r->text, "M%.1f %.1f", x_of(drawn), y_of(drawn));
    for (const struct roc_point *p = drawn + 1; p < end; p++)
        if (p == end - 1 || x_of(p) - x_of(drawn) > STEP || fabs(y_of(p) - y_of(drawn)) > STEP) {
            text_printf(&r->text, "V%.1fH%.1f", y_of(p), x_of(p));
            drawn = p;
        }
    html_part(&r->text, "path-end");
}

static void mark(struct report *r, const struct roc_point *p, double threshold, bool best) {
    struct class_figures f = class_counts_figures(&p->counts);
    html_add(&r->text, "threshold",
             "best=%d x=%.1f y=%.1f threshold=%.3g precision=%.9g recall=%.9g", best, x_of(p),
             y_of(p), threshold, f.precision, f.recall);
}

/* Marks the best threshold, and round ones where there is room for their labels. */
static void marks(struct report *r) {
    static const double thresholds[] = {0.1, 0.25, 0.5, 0.75, 0.9};
    const struct roc_point *points = r->roc.points, *best = points + r->roc.best, *last = best;
    mark(r, best, best->threshold, true);
    for (size_t k = 0; k < sizeof thresholds / sizeof *thresholds; k++) {
        const struct roc_point *p = points + r->roc.count - 1;
        while (p > points && p->threshold < thresholds[k])
            p--;
        bool apart = fabs(x_of(p) - x_of(last)) > 36 || fabs(y_of(p) - y_of(last)) > 20;
        if (p->threshold < thresholds[k] || !apart ||
            (fabs(x_of(p) - x_of(best)) < 100 && fabs(y_of(p) - y_of(best)) < 12))
            continue;
        mark(r, p, thresholds[k], false);
        last = p;
    }
}

void precision_recall_write(struct report *r) {
    if (r->roc.count == 0 || isnan(r->roc.auc))
        return;
    const struct roc_point *best = &r->roc.points[r->roc.best];
    const struct class_figures f = class_counts_figures(&best->counts);
    const char *positive = r->classes->items[1];
    double chance = (double)best->counts.samples / r->v.count;
    html_add(
        &r->text, "precision-recall",
        "positive=%s negative=%s auc=%.4f f1=%.9g threshold=%.3g precision=%.9g recall=%.9g y=%.1f",
        positive, r->classes->items[0], r->roc.auc, f.f1, best->threshold, f.precision, f.recall,
        256 - 220 * chance);
    html_part(&r->text, "percent-axes");
    curve(r);
    marks(r);
    html_add(&r->text, "precision-recall-end", "positive=%s chance=%.9g split=%s", positive, chance,
             r->split);
}
