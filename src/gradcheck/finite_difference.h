/* Central differences: derivatives computed from the function alone, to check a backward pass.
 *
 *   f'(t) is about (f(t + h) - f(t - h)) / 2h
 *
 * The error is h^2 f'''(t) / 6, plus the rounding error of f over h. With h = 3e-5 in binary64
 * these are about 1e-10 and 1e-11 if f is about 1. In binary32 rounding errors would drown the
 * result, so this is for the double build. */
#pragma once

#include "base/error.h"
#include "tensor/tensor.h"

#include <stdint.h>

/* A function of values in memory, and which of them to test. */
struct finite_difference {
    double (*f)(void *context); /* of the values as they are now */

    /* A number that identifies the smooth piece of f in which its last call was. It changes across
     * a kink, such as relu's at 0, over which a difference is not a derivative. NULL: f has no
     * kinks. */
    uint64_t (*piece)(void *context);

    void *context;
    int max_tested; /* elements; from a larger tensor, this many are drawn by the seed */
    uint64_t seed;
};

/* The error of an element is |b - d| / max(|b|, |d|, floor), for the gradient b of backward and the
 * difference d. The floor is a hundredth of the tensor's largest gradient, or 1e-6 |f| if that is
 * more: below that, rounding of f dominates the difference. */
struct finite_difference_result {
    size_t tested, kinks; /* elements compared, and elements skipped because of a kink */
    size_t nonzero;   /* elements of the whole tensor for which backward gives a nonzero gradient */
    double max_error; /* NaN if nothing was compared */
    double median_error; /* over the elements that are nonzero in b or d; NaN if there are none */
    size_t worst;        /* the element with the largest error, the first if about equal */
    double backward, numerical; /* the two gradients of that element */
};

/* Compares `grad`, which has the size of `value`, with differences of f over `value`. Leaves
 * `value` as it was. */
ERROR_CHECKED int finite_difference_check(const struct finite_difference *d, struct tensor value,
                                          const real *grad, struct finite_difference_result *r,
                                          struct error *e);
