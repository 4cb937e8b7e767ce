/* How well a model does on a set of samples. */
#ifndef ONEHOT_TRAIN_EVALUATION_H
#define ONEHOT_TRAIN_EVALUATION_H

#include "base/thread_pool.h"
#include "model/model.h"
#include "train/batch.h"

/* What the model makes of a sample. */
struct prediction {
    int predicted;
    bool wrong;            /* of several labels, if one is */
    real loss, confidence; /* the probability of `predicted` */
};

/* Of one class. */
struct class_counts {
    long long samples, predicted, true_positives; /* that are of it; that are taken for it; both */
};

/* Shares, 0 .. 1, or NaN of nothing: how many of those that are taken for the class are of it, how
 * many of the class are taken for it, and their harmonic mean, 2 hits / (named + samples). */
double class_counts_precision(const struct class_counts *t);
double class_counts_recall(const struct class_counts *t);
double class_counts_f1(const struct class_counts *t);

struct evaluation {
    int count, errors;
    double loss;                       /* mean, in nats */
    struct class_counts *class_counts; /* of each class; the caller's, or NULL */
    int *confusion; /* classes x classes counts, [label][predicted]; the caller's, or NULL. (Of
                     * several labels nobody can say which is taken for which.) */
    struct prediction *predictions; /* of each sample, in order; the caller's, or NULL */
    real *logits;                   /* samples x classes, in order; the caller's, or NULL */
};

/* Runs the model over the samples, in batches of the model's rows, and fills *v. A caller that
 * wants tallies or the confusion matrix sets them to zeros before. The same for any batch size and
 * any number of threads. */
void evaluation_run(struct evaluation *v, struct model *m, const struct sample_set *samples,
                    struct thread_pool *pool);

/* The loss of knowing nothing: that of these samples with all parameters 0. It is log K where K
 * classes compete, log 2 where each is by itself. The parameters stay as they are. */
ERROR_CHECKED int evaluation_baseline_loss(double *loss, struct model *m,
                                           const struct sample_set *samples,
                                           struct thread_pool *pool, struct error *e);

/* The share of right answers, 0 .. 1, and its standard error sqrt(p (1 - p) / n). */
double evaluation_accuracy(const struct evaluation *v);
double evaluation_standard_error(const struct evaluation *v);

#endif
