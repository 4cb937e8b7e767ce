/* Evaluation: how well a model does on a set of samples. */
#pragma once

#include "base/thread_pool.h"
#include "model/model.h"
#include "train/batch.h"

/* What the model predicts for one sample. */
struct prediction {
    int predicted;
    bool wrong;            /* if multi-label, whether any label is */
    real loss, confidence; /* the probability of `predicted` */
};

/* Counts for one class. */
struct class_counts {
    long long samples, predicted, true_positives; /* actual, predicted, and both */
};

/* Precision: the fraction of those predicted as the class that belong to it. Recall: the fraction
 * of the class that is predicted as such. F1: their harmonic mean, 2 true_positives / (predicted +
 * samples). NaN for 0/0. */
struct class_figures {
    double precision, recall, f1;
};
struct class_figures class_counts_figures(const struct class_counts *c);

struct evaluation {
    int count, errors;
    double loss;                       /* mean, in nats */
    struct class_counts *class_counts; /* [classes], the caller's, or NULL */
    int *confusion; /* classes x classes counts, [label][predicted]; the caller's, or NULL.
                     * Undefined for multi-label data. */
    struct prediction *predictions; /* [count], in order; the caller's, or NULL */
    real *logits;        /* count x the model's outputs, in order; the caller's, or NULL */
    real *probabilities; /* count x classes, in order; the caller's, or NULL */
};

/* Runs the model over the samples, in batches of the model's rows, and fills *v. Before the call,
 * class_counts and confusion must be zeroed. The result does not depend on the batch size or the
 * number of threads. */
void evaluation_run(struct evaluation *v, struct model *m, const struct sample_set *samples,
                    struct thread_pool *pool);

/* The same with all of these but the logits, in the arena: no confusion for multi-label data,
 * probabilities for two classes only. */
ERROR_CHECKED int evaluation_run_all(struct evaluation *v, struct model *m,
                                     const struct sample_set *samples, struct thread_pool *pool,
                                     struct arena *a, struct error *e);

/* Appends the classes of row 0, the last sample if there was only one, or those that are predicted
 * for it: "3, 7" or "nothing". */
void evaluation_names(const struct model *m, const struct string_list *names, bool predicted,
                      struct text *t);

/* The fraction p of correct predictions, and its standard error sqrt(p (1 - p) / n). */
double evaluation_accuracy(const struct evaluation *v);
double evaluation_standard_error(const struct evaluation *v);
