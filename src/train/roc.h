/* How well a model separates two classes, at every threshold: the second class, the positive one,
 * is predicted for the samples whose probability of it reaches the threshold. The points are those
 * of the ROC curve (recall against the fraction of negatives predicted positive) and of the
 * precision/recall curve. */
#pragma once

#include "train/evaluation.h"

struct roc_point {
    double threshold;              /* a probability that occurs */
    int predicted, true_positives; /* of the samples that reach it */
};

struct roc {
    int samples, positives;
    int count;                /* of the different probabilities */
    struct roc_point *points; /* [count], thresholds in descending order */
    int best;                 /* the point with the highest F1; the first if equal */
    double auc; /* the area under the ROC curve: the fraction of pairs of a positive and
                 * a negative in which the positive has the higher probability, a tie
                 * counting as half; exact; NaN if one class has no samples */
};

/* Measures an evaluation of these samples with `probabilities`. The points are in the arena. */
ERROR_CHECKED int roc_measure(struct roc *r, const struct evaluation *v,
                              const struct sample_set *samples, struct arena *a, struct error *e);

/* The positive class's counts at point i. */
struct class_counts roc_counts(const struct roc *r, int i);

/* The point of this threshold: the last that reaches it; -1: no sample does. */
int roc_find(const struct roc *r, double threshold);
