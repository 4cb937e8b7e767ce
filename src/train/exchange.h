/* What ranks exchange in a step (base/ranks.h), so that together they compute what one process
 * computes, bit for bit.
 *
 * A rank takes its share of the batch's samples from pixels to delta. Then it computes the gradient
 * of its share of the parameters, over all samples in order, and updates them, as a thread does
 * with its blocks. For this it needs of the other ranks' samples the losses, and for each layer of
 * which it has parameters, the rows of delta, of x and of what the layer cached; for rows of the
 * weights W of an affine layer, only those columns of x. Layer 0's x comes from its own copy of the
 * dataset. At the end of a step, every rank gets all of theta. No sum is ever split. */
#pragma once

#include "base/ranks.h"
#include "train/evaluation.h"

struct training;

struct exchange {
    struct ranks_share params[RANKS_MAX]; /* the elements of theta and grad that each updates */
    bool inputs;                          /* this rank needs act[0] of the other ranks' samples */
    struct prediction *predictions;       /* of the validation samples */
    float wishes[RANKS_MAX];              /* exchange_wish */
};

/* Shares out the parameters: m->blocks become those of this rank. */
ERROR_CHECKED int exchange_new(struct training *t, struct error *e);

/* After the pass over this rank's share of a batch of n samples: starts the exchange of what
 * gradients need. act[0] is not among it. Complete it with ranks_wait. */
void exchange_samples(struct training *t, int n);

/* Exchanges theta or grad. */
void exchange_params(struct training *t, real *params);

/* Evaluates the model on the validation samples. */
void exchange_evaluate(struct training *t, struct evaluation *v);

/* Returns the largest wish of any rank, a small whole number; with several ranks, what they wished
 * before the last step, for wishes travel with the samples. */
int exchange_wish(struct training *t, int wish);

/* The errors in this epoch: t->at counts those in this rank's samples. */
int exchange_errors(const struct training *t);

/* Gives all ranks the state of training that rank 0 has; or rank 0 the parts of the others. */
void exchange_distribute(struct training *t);
void exchange_collect(struct training *t);
