/* The sum of squares must be the same for any parameter blocks and any vector width, so squares are
 * added down each column of each parameter, and then the columns' sums in order. Neighbouring
 * columns are independent sums, which compilers vectorise; along a row there would be one sum, in
 * which each addition waits for the last. A float's square is exact in double. */
#include "tensor/clones.h"
#include "train/train.h"

CLONED static double squares(struct tensor x) {
    enum { COLS = 64 };
    double sum = 0;
    for (int first = 0; first < x.cols; first += COLS) {
        int n = x.cols - first < COLS ? x.cols - first : COLS;
        double column[COLS] = {0};
        for (int r = 0; r < x.rows; r++) {
            const real *row = tensor_row(x, r) + first;
            for (int j = 0; j < n; j++)
                column[j] += (double)row[j] * (double)row[j];
        }
        for (int j = 0; j < n; j++)
            sum += column[j];
    }
    return sum;
}

double clip_norm(const struct model *m) {
    double sum = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].ntrained; k++)
            sum += squares(m->layers[i].params[k].grad);
    return sqrt(sum);
}

double clip_coefficient(const struct model *m, double bound) {
    return fmin(1, bound / (clip_norm(m) + 1e-6));
}

CLONED void clip_scale(real *grad, size_t n, double coefficient) {
    for (size_t i = 0; i < n && coefficient < 1; i++)
        grad[i] *= (real)coefficient;
}
