#include "tolerance.h"

#include <math.h>

/* Relative to the largest element: 2e-5 is a few hundred rounding errors of a float. That is more
 * than any order of the same sums causes, and far less than any mistake. */
double tolerance_for(struct tensor want) {
    double largest = 0;
    for (size_t i = 0; i < tensor_size(want); i++)
        if (isfinite(want.data[i]))
            largest = fmax(largest, fabs((double)want.data[i]));
    return 2e-5 * largest + 1e-30;
}

bool tolerance_allows(real got, real want, double tolerance) {
    if (isnan(got) || isnan(want))
        return isnan(got) && isnan(want);
    return got == want || fabs((double)got - (double)want) <= tolerance;
}

int tolerance_difference(struct tensor got, struct tensor want) {
    double tolerance = tolerance_for(want);
    for (size_t i = 0; i < tensor_size(want); i++)
        if (!tolerance_allows(got.data[i], want.data[i], tolerance))
            return (int)i;
    return -1;
}
