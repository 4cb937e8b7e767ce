#include "train/evaluation.h"

static int descending(const void *a, const void *b) {
    double x = ((const struct roc_point *)a)->threshold;
    double y = ((const struct roc_point *)b)->threshold;
    return (x < y) - (x > y);
}

/* Turns the sorted samples into sums up to each probability, in place. A negative loses to the
 * positives before it and ties with those of the same probability: `twice` counts the former twice
 * and the latter once, in whole numbers, so the area is exact. */
static void accumulate(struct roc *r, int samples) {
    struct class_counts sum = {0}, last = {0};
    long long twice = 0;
    for (int i = 0; i < samples; i++) {
        double threshold = r->points[i].threshold;
        sum.predicted++;
        sum.true_positives += r->points[i].counts.true_positives;
        if (i + 1 < samples && r->points[i + 1].threshold == threshold)
            continue;
        long long positive = sum.true_positives - last.true_positives;
        twice += (sum.predicted - last.predicted - positive) * (2 * last.true_positives + positive);
        r->points[r->count++] = (struct roc_point){threshold, sum};
        last = sum;
    }
    long long positives = sum.true_positives, negatives = samples - positives;
    r->auc = positives > 0 && negatives > 0
                 ? (double)twice / (2 * (double)positives * (double)negatives)
                 : (double)NAN;
}

int roc_measure(struct roc *r, const struct evaluation *v, const struct sample_set *samples,
                struct arena *a, struct error *e) {
    size_t n = (size_t)v->count;
    long long positives = 0;
    *r = (struct roc){0};
    if (!v->probabilities)
        return 0;
    r->points = arena_alloc(a, n, sizeof *r->points);
    if (!r->points)
        return error_memory(e, "the thresholds");
    for (size_t i = 0; i < n; i++) {
        bool positive = samples->split->labels[samples->order[i]] == 1;
        r->points[i].threshold = (double)v->probabilities[2 * i + 1];
        r->points[i].counts.true_positives = positive;
        positives += positive;
    }
    qsort(r->points, n, sizeof *r->points, descending);
    accumulate(r, v->count);
    for (int i = 0; i < r->count; i++) {
        struct class_counts *c = &r->points[i].counts;
        c->samples = positives;
        if (class_counts_figures(c).f1 > class_counts_figures(&r->points[r->best].counts).f1)
            r->best = i;
    }
    return 0;
}
