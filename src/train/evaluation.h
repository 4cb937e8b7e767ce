/* How well a model does on a set of samples. */
#ifndef ONEHOT_TRAIN_EVALUATION_H
#define ONEHOT_TRAIN_EVALUATION_H

#include "base/team.h"
#include "data/batch.h"
#include "model/model.h"

/* What the model makes of a sample. */
struct outcome {
    int predicted;
    real loss, confidence; /* the probability of `predicted` */
};

struct evaluation {
    int count, errors;
    double loss;    /* mean, in nats */
    int *confusion; /* classes x classes counts, [label][predicted]; the caller's, or NULL */
    struct outcome *outcomes; /* of each sample, in order; the caller's, or NULL */
    real *logits;             /* samples x classes, in order; the caller's, or NULL */
};

/* Runs the model over the samples, in batches of the model's rows, and fills *v. A caller that
 * wants the confusion matrix sets v->confusion to zeros before. The same for any batch size and any
 * number of threads. */
void evaluation_run(struct evaluation *v, struct model *m, const struct subset *samples,
                    struct team *team);

/* The share of right answers, 0 .. 1, and its standard error sqrt(p (1 - p) / n). */
double evaluation_accuracy(const struct evaluation *v);
double evaluation_standard_error(const struct evaluation *v);

#endif
