/* The classic sanity checks of everything around the gradients (CS231n,
 * cs231n.github.io/neural-networks-3). Each catches another kind of mistake. */
#pragma once

#include "gradcheck/verdict.h"
#include "train/train.h"

#include <math.h>

enum {
    SANITY_TEXT = 32,
    SANITY_ORDER = 20, /* samples that sanity_order needs ... */
    SANITY_LABELS =
        50, /* ... and the check of the labels; with fewer, chance alone may fail them */
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

/* Epochs take the samples in new orders, if the config has them `shuffled`, and never sorted by
 * class. */
ERROR_CHECKED int sanity_order(struct sanity *s, struct training *t, bool shuffled, struct arena *a,
                               struct error *e);

/* For some samples. `inputs`: the numbers that go into the model are about 1 in size (their root
 * mean square). `labels`: labels and data belong together, as the nearest other sample has the same
 * label more often than by chance. This takes no model. */
ERROR_CHECKED int sanity_samples(struct sanity *inputs, struct sanity *labels,
                                 const struct training *t, struct arena *a, struct error *e);

/* ---- the model (sanity_model.c) ---- */

/* The initial model knows nothing: its loss is that of a model whose parameters are all 0, which is
 * ln K for a softmax over K classes. */
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

/* The model learns a training set of SANITY_OVERFIT samples by heart, with the config's optimizer
 * at its learning rate and every step on all of them. t is such a training. Three quarters of them
 * are doubtful: it may be on the way. */
void sanity_overfit(struct sanity *s, struct training *t);
