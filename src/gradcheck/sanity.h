/* The classic sanity checks of everything around the gradients (CS231n,
 * cs231n.github.io/neural-networks-3). Each detects a different kind of bug. */
#pragma once

#include "gradcheck/verdict.h"
#include "train/train.h"

#include <math.h>

enum {
    SANITY_TEXT = 32,
    SANITY_ORDER = 20,  /* minimum number of samples for sanity_order */
    SANITY_LABELS = 50, /* for the label check: with fewer samples, chance alone may fail it */
    SANITY_STEPS = 50,
    SANITY_OVERFIT = 20
};

struct sanity {
    const char *name;
    double value; /* NaN if the check does not apply */
    char measured[SANITY_TEXT], wanted[SANITY_TEXT];
    enum verdict verdict;
};

static inline struct sanity sanity_not_applicable(const char *name) {
    return (struct sanity){name, NAN, "-", "-", VERDICT_NONE};
}

/* Each function fills rows. All but sanity_steps and sanity_overfit leave the training as it was;
 * what they allocate is in the arena. */

/* ---- the data (sanity_data.c) ---- */

/* Each epoch has a new order, if the config says `shuffled`, and no order is sorted by class. */
ERROR_CHECKED int sanity_order(struct sanity *s, struct training *t, bool shuffled, struct arena *a,
                               struct error *e);

/* For some samples. `inputs`: the root mean square of the model's input is about 1. `labels`:
 * labels and data match: the nearest other sample has the same label more often than by chance.
 * Neither needs a model. */
ERROR_CHECKED int sanity_samples(struct sanity *inputs, struct sanity *labels,
                                 const struct training *t, struct arena *a, struct error *e);

/* ---- the model (sanity_model.c) ---- */

/* The initial model knows nothing: its loss is close to that of a model whose parameters are all 0,
 * which is ln K for a softmax over K classes. */
ERROR_CHECKED int sanity_chance(struct sanity *s, struct training *t, struct error *e);

/* Loss and gradient are finite when the last layer with parameters gives values up to 1000 times
 * the loss's temperature, although e^1000 is not. For the samples in rows 0 .. n - 1 of act[0] and
 * target. */
ERROR_CHECKED int sanity_large(struct sanity *s, struct training *t, int n, struct arena *a,
                               struct error *e);

/* Trains for SANITY_STEPS steps; updates are small compared with the weights. *done is the number
 * of steps made: fewer if the loss stopped being finite, which fails the check. */
ERROR_CHECKED int sanity_steps(struct sanity *s, struct training *t, int *done, struct arena *a,
                               struct error *e);

/* The model memorises a training set of SANITY_OVERFIT samples, with the config's optimizer and
 * learning rate, and all samples in every step. t is such a training. If the model gets three
 * quarters of them right, the verdict is doubtful: it may need more steps. */
void sanity_overfit(struct sanity *s, struct training *t);
