/* How well a model separates two classes, at every threshold: the second class, the positive one,
 * is predicted for the samples whose probability of it reaches the threshold. */
#pragma once

#include "train/evaluation.h"

struct roc_point {
    double threshold;           /* a probability that occurs */
    struct class_counts counts; /* of the positive class */
};

struct roc {
    int count;                /* of the different probabilities */
    struct roc_point *points; /* [count], thresholds in descending order */
    int best;                 /* the point with the highest F1; the first if equal */

    /* The area under the ROC curve: the fraction of pairs of a positive and a negative in which the
     * positive has the higher probability, a tie counting as half. NaN if there are no pairs. */
    double auc;
};

/* Measures an evaluation of these samples. The points are in the arena; there are none without
 * v->probabilities. */
ERROR_CHECKED int roc_measure(struct roc *r, const struct evaluation *v,
                              const struct sample_set *samples, struct arena *a, struct error *e);
