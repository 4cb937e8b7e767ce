/* Checks gradients against central differences, which need only the function itself:
 *
 *   f'(t) is about (f(t + h) - f(t - h)) / 2h
 *
 * The error is h^2 f'''(t) / 6, plus the rounding error of f over h. With h = 3e-5 in binary64
 * these are about 1e-10 and 1e-11 if f is about 1. In binary32 rounding errors would drown the
 * result, so this is for the double build. */
#pragma once

#include "model/model.h"

enum { GRADIENTS_NAME = 32, GRADIENTS_SAMPLES = 16, GRADIENTS_ELEMENTS = 200 };

/* The verdict of a check; NONE: it does not apply. */
enum verdict { VERDICT_GOOD, VERDICT_FINE, VERDICT_DOUBTFUL, VERDICT_WRONG, VERDICT_NONE };

/* A function of values in memory, and which of them to test. */
struct gradients_function {
    /* From the current values. Unless f is smooth, it sets *piece to a number that changes across a
     * kink, such as relu's at 0: a difference over a kink is not a derivative. */
    double (*f)(void *context, uint64_t *piece);
    void *context;
    int max_tested; /* elements: from a larger tensor, this many are drawn by the seed */
    uint64_t seed;
};

/* One tensor. The error of an element is |b - d| / max(|b|, |d|, floor), for backward's gradient b
 * and the difference d. The floor is a hundredth of the tensor's largest gradient, or 1e-6 |f| if
 * that is more: below it, the rounding of f dominates the difference. */
struct gradients_row {
    char name[GRADIENTS_NAME]; /* "0.weight", as in model files, or "input" */
    int rows, cols;
    size_t tested, kinks; /* elements compared, and elements skipped because of a kink */
    size_t nonzero;   /* elements of the whole tensor for which backward gives a nonzero gradient */
    double max_error; /* NaN if nothing was compared */
    double median_error; /* over the elements that are nonzero in b or d; NaN if there are none */
    double ratio;        /* the median of b / d, over the elements with |d| > floor; NaN: none */
    size_t negative, below, above; /* elements with b < -floor, d < -floor, d > floor */
    size_t worst;               /* the element with the largest error, the first if about equal */
    double backward, numerical; /* the two gradients of that element */
};

/* Compares `grad`, which has the size of `value`, with differences of f over `value`. Leaves
 * `value` as it was. */
ERROR_CHECKED int gradients_compare(const struct gradients_function *d, const char *name,
                                    struct tensor value, const real *grad, struct gradients_row *r,
                                    struct error *e);

/* By the thresholds of CS231n (cs231n.github.io/neural-networks-3, "Gradient checks"). A tensor in
 * which nothing was compared, or whose gradient is all 0, is wrong, too: it would pass untested. */
enum verdict gradients_verdict(const struct gradients_row *r);

/* The mean loss of the pass, with layer `first` and those after it recomputed. */
double gradients_loss(struct model *m, const struct pass *pass, int first);

struct gradients {
    long long step; /* training steps before the check */
    double loss;    /* the mean over the samples; the rows compare its gradients */
    int count;
    struct gradients_row *rows; /* in the arena */
};

/* Checks every gradient of a model, with respect to the trained parameters and the input, for the
 * samples in rows 0 .. pass->rows - 1 of act[0] and target. Runs in training mode, with dropout,
 * whose masks are a function of seed and step. Overwrites only what a pass overwrites. Tests up to
 * max_tested elements of a tensor, drawn by the seed. */
ERROR_CHECKED int gradients_check(struct gradients *g, struct model *m, const struct pass *pass,
                                  int max_tested, struct arena *a, struct error *e);
