/* Evaluation: how well a model does on a set of samples. */
#pragma once

#include "base/thread_pool.h"
#include "data/sample_set.h"
#include "model/model.h"

/* batch.c: fills row k of x (n x features) with sample order[k] of s->split, scaled, distorted if
 * s->augment is set, and row k of t with its target, and the teacher's logits if both have them.
 * `next` (n), the samples of the next call, are fetched from memory meanwhile; it may be NULL. */
void batch_gather(const struct sample_set *s, const int *order, const int *next, int n,
                  struct tensor x, const struct target *t);

/* The same for rows `first` and following of the model. Unless m->pairs is NULL, it takes the place
 * of act[0]: a list of pixels for each two rows, which is faster for a linear layer with few
 * outputs. batch_pairs allocates lists for all rows, in the arena; NULL if they are not faster, or
 * if the arena has failed. */
void batch_fill(const struct sample_set *s, const int *order, const int *next, int n,
                struct model *m, int first);
struct pair *batch_pairs(const struct sample_set *s, const struct model *m, struct arena *a);

struct prediction {
    int predicted;         /* the class of one sample */
    bool wrong;            /* if multi-label: whether any label is */
    real loss, confidence; /* the probability of `predicted` */
};

struct class_counts {
    long long samples, predicted, true_positives; /* of one class: actual, predicted, and both */
};

/* Precision: the fraction of the samples predicted as the class that belong to it. Recall: the
 * fraction of the class's samples that are predicted as it. F1: their harmonic mean,
 * 2 true_positives / (predicted + samples). NaN for 0/0. */
struct class_figures {
    double precision, recall, f1;
};
struct class_figures class_counts_figures(const struct class_counts *c);

struct evaluation {
    int count, errors;
    double loss;                       /* mean, in nats */
    struct class_counts *class_counts; /* [classes], the caller's, or NULL */
    int *confusion; /* [label][predicted]; the caller's, or NULL, as for multi-label data */
    struct prediction *predictions; /* [count], in order; the caller's, or NULL */
    real *logits;        /* count x the model's outputs, in order; the caller's, or NULL */
    real *probabilities; /* count x classes, in order; the caller's, or NULL */
};

/* Evaluates the model on the samples, undistorted, in batches of the model's rows. class_counts and
 * confusion must be zeroed before. The result does not depend on the batch size or the number of
 * threads. */
void evaluation_run(struct evaluation *v, struct model *m, const struct sample_set *samples,
                    struct thread_pool *pool);

/* The fraction p of correct predictions, and its standard error, sqrt(p (1 - p) / n). */
double evaluation_accuracy(const struct evaluation *v);
double evaluation_standard_error(const struct evaluation *v);

/* ---- roc.c: how well a model separates two classes, at every threshold. The second class, which
 * is the positive one, is predicted if its probability reaches the threshold. ---- */

struct roc_point {
    double threshold;           /* one of the probabilities */
    struct class_counts counts; /* of the positive class */
};

struct roc {
    int count;                /* of different probabilities */
    struct roc_point *points; /* [count], in descending order of thresholds */
    int best;                 /* the point with the highest F1, the first of equals */

    /* The area under the ROC curve: the fraction of pairs of a positive and a negative in which the
     * positive has the higher probability; a tie counts as half. NaN if there are no pairs. */
    double auc;
};

/* Measures an evaluation of these samples, in the arena. No points without v->probabilities. */
ERROR_CHECKED int roc_measure(struct roc *r, const struct evaluation *v,
                              const struct sample_set *samples, struct arena *a, struct error *e);

/* ---- calibration.c: whether a model's probabilities can be trusted. Of the samples that it
 * predicts with a confidence of 90 %, it should get 90 % right. Source: Guo, Pleiss, Sun and
 * Weinberger, On Calibration of Modern Neural Networks, ICML 2017,
 * https://arxiv.org/abs/1706.04599. ---- */

enum { CALIBRATION_BINS = 15 };

/* Samples of similar confidence. Confidence is the probability of the predicted class. */
struct calibration_bin {
    int count, right;
    double confidence; /* mean, 0 .. 1; 0 if the bin is empty */
};

struct calibration {
    struct calibration_bin bins[CALIBRATION_BINS]; /* bin b: confidences in (b/15, (b + 1)/15] */
    double confidence;                             /* mean over all samples */
    double error;                                  /* the expected calibration error, 0 .. 1 */
};

/* Measures `count` >= 1 predictions. The expected calibration error is the mean, over all samples,
 * of |accuracy - confidence| in their bin (equation 3 of the paper). */
void calibration_measure(struct calibration *c, const struct prediction *predictions, int count);

/* Finds the temperature T that minimises the mean loss of softmax(z / T), as evaluation reports it,
 * on these samples, whose logits are z (count x classes). The relative error is about 1e-7. Fails
 * if T would not be from 1/64 to 64: if all samples are predicted correctly, for example, the loss
 * falls for as long as T does. `where` names the model in errors. */
ERROR_CHECKED int calibration_fit(double *temperature, struct tensor logits,
                                  const struct sample_set *samples, const char *where,
                                  struct error *e);
