#include "train/roc.h"

#include <math.h>
#include <stdlib.h>

static int descending(const void *a, const void *b) {
    double x = ((const struct roc_point *)a)->threshold;
    double y = ((const struct roc_point *)b)->threshold;
    return (x < y) - (x > y);
}

/* From the sorted samples to the sums so far, one point per probability, in place. */
static void accumulate(struct roc *r) {
    struct roc_point sum = {0};
    for (int i = 0; i < r->samples; i++) {
        const struct roc_point *next = &r->points[i];
        r->count += i == 0 || next->threshold != sum.threshold;
        sum.threshold = next->threshold;
        sum.predicted += next->predicted;
        sum.true_positives += next->true_positives;
        r->points[r->count - 1] = sum;
    }
    r->positives = sum.true_positives;
}

/* At each point, a new negative loses to the positives before it and ties with the new ones. Counts
 * twice the pairs, in whole numbers. */
static double area(const struct roc *r) {
    long long twice = 0, negatives = r->samples - r->positives;
    struct roc_point last = {0};
    for (int i = 0; i < r->count; i++) {
        struct roc_point p = r->points[i];
        long long positive = p.true_positives - last.true_positives;
        twice += (p.predicted - last.predicted - positive) * (2LL * last.true_positives + positive);
        last = p;
    }
    return r->positives > 0 && negatives > 0
               ? (double)twice / (2 * (double)r->positives * (double)negatives)
               : (double)NAN;
}

int roc_measure(struct roc *r, const struct evaluation *v, const struct sample_set *samples,
                struct arena *a, struct error *e) {
    size_t n = (size_t)v->count;
    *r = (struct roc){.samples = v->count, .points = arena_alloc(a, n, sizeof *r->points)};
    if (!r->points)
        return error_memory(e, "the thresholds");
    for (size_t i = 0; i < n; i++)
        r->points[i] =
            (struct roc_point){.threshold = (double)v->probabilities[2 * i + 1],
                               .predicted = 1,
                               .true_positives = samples->split->labels[samples->order[i]] == 1};
    qsort(r->points, n, sizeof *r->points, descending);
    accumulate(r);
    r->auc = area(r);
    for (int i = 1; i < r->count; i++) {
        struct class_counts new = roc_counts(r, i), best = roc_counts(r, r->best);
        r->best = class_counts_f1(&new) > class_counts_f1(&best) ? i : r->best;
    }
    return 0;
}

struct class_counts roc_counts(const struct roc *r, int i) {
    return (struct class_counts){r->positives, r->points[i].predicted, r->points[i].true_positives};
}

int roc_find(const struct roc *r, double threshold) {
    int i = r->count - 1;
    while (i >= 0 && r->points[i].threshold < threshold)
        i--;
    return i;
}
