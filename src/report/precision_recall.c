#include "report/sections.h"

#include <math.h>

static void write(const struct roc_point *p, struct json *j) {
    struct class_figures f = class_counts_figures(&p->counts);
    json_add(j, "{ threshold=%g precision=%g recall=%g }", p->threshold, f.precision, f.recall);
}

/* Leaves out points that are closer than can be seen, except the best one. */
void precision_recall_write(struct report *r, struct json *j) {
    const double step = 0.001;
    const struct roc *roc = &r->figures.roc;
    struct class_figures drawn = {-1, -1, -1};
    if (roc->count == 0 || isnan(roc->auc))
        return;
    json_add(j, "thresholds=[");
    for (int i = 0; i < roc->count; i++) {
        struct class_figures f = class_counts_figures(&roc->points[i].counts);
        if (i != roc->best && i != roc->count - 1 && fabs(f.precision - drawn.precision) < step &&
            fabs(f.recall - drawn.recall) < step)
            continue;
        write(&roc->points[i], j);
        drawn = f;
    }
    json_add(j, "]");
}
