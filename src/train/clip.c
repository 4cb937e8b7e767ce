/* The sum of squares must be one number however theta is cut into blocks, and for any width of
 * vectors: along each column of each parameter the squares are added in order, then the columns'
 * sums in theirs. Neighbouring columns are different sums, for which compilers have vectors; a row
 * would be one sum, and wait for each of its additions. A square of a float is exact in double. */
#include "train/clip.h"
#include "tensor/clones.h"

#include <math.h>

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
        for (int k = 0; k < m->layers[i].nparams; k++)
            sum += squares(m->layers[i].params[k].grad);
    return sqrt(sum);
}

double clip_coefficient(const struct model *m, double bound) {
    double share = bound / (clip_norm(m) + 1e-6);
    return share < 1 ? share : 1;
}

CLONED void clip_scale(struct model *m, const struct param_block *block, double share) {
    for (size_t i = 0; i < block->count; i++)
        m->grad[block->start + i] *= (real)share;
}
