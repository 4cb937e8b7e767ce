#include "shift.h"
#include "framework.h"

#include <math.h>
#include <string.h>

static real larger(real a, real b) {
    return a > b ? a : b;
}

real shift_of(struct tensor z, int n, enum shift shift) {
    const real *zn = tensor_row(z, n);
    int from = shift == WITHOUT_FIRST && z.cols > 1;
    int to = shift == FIRST                        ? 1
             : shift == FIRST_TWO && z.cols > 2    ? 2
             : shift == WITHOUT_LAST && z.cols > 1 ? z.cols - 1
                                                   : z.cols;
    real m = shift == FROM_ZERO ? 0 : zn[from], least = zn[0], absolute = 0, sum = 0, index = 0;
    for (int j = from; j < to; j++) {
        index = zn[j] > m ? (real)j : index;
        m = larger(m, zn[j]);
        least = -larger(-least, -zn[j]);
        absolute = larger(absolute, (real)fabs((double)zn[j]));
        sum += zn[j];
    }
    for (int r = 0; r < z.rows && (shift == BATCH || (shift == CARRIED && r < n)); r++)
        m = larger(m, shift_of(z, r, ROW));
    switch (shift) {
    case NONE:
    case CLAMPED:
    case CLAMPED_BELOW:
    case SCALED: return 0;
    case LAST: return zn[z.cols - 1];
    case LEAST: return least;
    case MEAN: return sum / (real)z.cols;
    case TOTAL: return sum;
    case LARGEST_INDEX: return index;
    case LARGEST_ABSOLUTE: return absolute;
    case ADDED: return -m;
    default: return m;
    }
}

real shift_exponentials(struct tensor z, int n, enum shift shift, real *e) {
    const real limit = 80; /* any number that students choose gives about the same results */
    real m = shift_of(z, n, shift), largest = shift_of(z, n, ROW), sum = 0;
    for (int j = 0; j < z.cols; j++) {
        real x = tensor_row(z, n)[j] - m;
        if ((shift == CLAMPED && x > limit) || (shift == CLAMPED_BELOW && x < -limit))
            x = x > 0 ? limit : -limit;
        if (shift == SCALED)
            x /= largest;
        sum += e[j] = (real)exp((double)x);
    }
    return sum;
}

void shift_softmax(struct tensor z, struct tensor p, enum shift shift) {
    real copy[FRAMEWORK_MAX];
    struct tensor before = {copy, z.rows, z.cols};
    memcpy(copy, z.data, tensor_size(z) * sizeof(real));
    for (int n = 0; n < z.rows; n++) {
        real sum = shift_exponentials(before, n, shift, tensor_row(p, n));
        for (int j = 0; j < p.cols; j++)
            tensor_row(p, n)[j] /= sum;
    }
}
