/* Central differences: a derivative that needs no derivation, only the function itself.
 *
 *   (f(t + h) - f(t - h)) / 2h
 *
 * misses f'(t) by h^2 f'''(t) / 6, and by the rounding of f over h. With h = 3e-5 in binary64 these
 * are about 1e-10 and 1e-11 for an f of about 1; in binary32 nothing would be left of it. So all of
 * this is for the double twin. */
#pragma once

#include "base/error.h"
#include "tensor/tensor.h"

#include <stdbool.h>
#include <stdint.h>

/* A function of values that are somewhere in memory. */
struct difference {
    double (*f)(void *context); /* of the values as they are now */

    /* A number, after f, that is another one on the other side of a kink of f, such as relu's at 0,
     * across which a difference is no derivative. NULL: f has no kinks. */
    uint64_t (*side)(void *context);

    void *context;
    int most;      /* elements of a tensor to test; a larger one is sampled ... */
    uint64_t seed; /* ... by this */
};

/* What came of a tensor. The error of an element is |b - d| / max(|b|, |d|, floor), for its b of
 * backward and its d of differences; the floor is a hundredth of the tensor's largest gradient, or
 * 1e-6 |f| if that is more, since below that a difference sees the rounding of f. */
struct difference_result {
    size_t tested, kinks;       /* elements compared, and left out for a kink in between */
    size_t alive;               /* elements of all whose gradient by backward is not 0 */
    double largest;             /* error; NaN where nothing was compared */
    double median;              /* of those that are not 0 both ways; NaN where there are none */
    size_t at;                  /* the element with the largest error, the first of equals ... */
    double backward, numerical; /* ... and its two gradients */
};

/* Compares `grad`, of the size of `value`, with differences of f over `value`, which is as before
 * in the end. */
ERROR_CHECKED int difference_measure(const struct difference *d, struct tensor value,
                                     const real *grad, struct difference_result *r,
                                     struct error *e);
