/* Checks every gradient of a model, with respect to the trained parameters and the input, against
 * central differences. Runs in training mode, including dropout, whose masks are a function of seed
 * and step. */
#pragma once

#include "gradcheck/finite_difference.h"
#include "model/model.h"

enum { GRADIENTS_NAME = 32, GRADIENTS_SAMPLES = 16, GRADIENTS_ELEMENTS = 200 };

/* Of any check. */
enum verdict {
    VERDICT_GOOD,
    VERDICT_FINE,
    VERDICT_DOUBTFUL,
    VERDICT_WRONG,
    VERDICT_NONE /* the check does not apply */
};

/* One tensor. */
struct gradients_row {
    char name[GRADIENTS_NAME]; /* "0.weight", as in model files, or "input" */
    int rows, cols;
    struct finite_difference_result result;
    enum verdict verdict;
};

struct gradients {
    long long step; /* training steps before the check */
    int samples;
    double loss; /* the mean over the samples; the rows compare its gradients */
    int count;
    struct gradients_row *rows; /* in the arena */
};

/* Uses the thresholds of CS231n (cs231n.github.io/neural-networks-3, "Gradient checks"). A tensor
 * in which nothing was compared, or whose gradient is all 0, is wrong, too: both would pass
 * untested. */
enum verdict gradients_verdict(const struct finite_difference_result *r);

/* For the samples in rows 0 .. pass->rows - 1 of act[0] and target. Overwrites only what a pass
 * overwrites. Tests up to max_tested elements of a tensor, drawn by the seed. */
ERROR_CHECKED int gradients_check(struct gradients *g, struct model *m, const struct pass *pass,
                                  int max_tested, struct arena *a, struct error *e);
