/* What is worth a look before a long training, beside the gradients: the classic sanity checks
 * (CS231n, cs231n.github.io/neural-networks-3), each of which another mistake fails. */
#pragma once

#include "gradcheck/verdict.h"
#include "train/train.h"

/* SANITY_ORDER and SANITY_LABELS: the samples without which those checks say nothing. */
enum { SANITY_TEXT = 32, SANITY_ORDER = 20, SANITY_LABELS = 50, SANITY_OVERFIT = 20 };

struct sanity {
    const char *name;
    double value; /* NaN where the check does not apply */
    char measured[SANITY_TEXT], wanted[SANITY_TEXT];
    enum verdict verdict;
};

/* Each fills a row, and leaves the training as it was, but for sanity_steps and sanity_overfit. */

/* Whether the epochs take the samples in new orders, where the config has them `shuffled`, and in
 * none that is sorted by class. */
ERROR_CHECKED int sanity_order(struct sanity *s, struct training *t, bool shuffled,
                               struct error *e);

/* Whether the numbers that go in are about 1 in size (the root of their mean square). */
ERROR_CHECKED int sanity_inputs(struct sanity *s, const struct training *t, struct error *e);

/* Whether labels and pictures belong together: whether the nearest other sample has the same label
 * more often than chance would have it. No model takes part. */
ERROR_CHECKED int sanity_labels(struct sanity *s, const struct training *t, struct error *e);

/* Whether the model begins by knowing nothing: with the loss that it has when all parameters are 0,
 * which is ln K for a softmax over K classes. */
ERROR_CHECKED int sanity_chance(struct sanity *s, struct training *t, struct error *e);

/* Whether loss and gradient are finite when the last layer with parameters gives values of up to
 * 1000 (times the loss's temperature), of which e^1000 is not. For the samples in act[0] and
 * labels, 0 .. n - 1. */
ERROR_CHECKED int sanity_large(struct sanity *s, struct training *t, int n, struct error *e);

/* Trains some steps, and compares what they change with the size of the weights. Returns in *done
 * how many steps were made: fewer where the loss stopped being finite, which fails the check. */
enum { SANITY_STEPS = 50 };
ERROR_CHECKED int sanity_steps(struct sanity *s, struct training *t, int *done, struct error *e);

/* Whether the model learns a training set of SANITY_OVERFIT samples by heart, each step on all of
 * them, by the config's optimizer at its learning rate: t is such a training. Three in four are on
 * the way, and doubtful. */
void sanity_overfit(struct sanity *s, struct training *t);
