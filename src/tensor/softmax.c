#include "tensor/softmax.h"
#include "tensor/clones.h"
#include "tensor/kernel.h"
#include "tensor/vmath.h"

/* Subtracting m multiplies numerator and denominator by e^(-m/T): p stays the same, and no exponent
 * is above 0. The subtraction comes before the division, both in double, so neither overflows, no
 * matter how far apart the logits are and how small T is. For T = 1, since 53 >= 2 * 24 + 2, the
 * result is exactly that of z_j - m in float. */
CLONED void softmax_shift(struct tensor z, double temperature, struct tensor u) {
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real *un = tensor_row(u, n);
        double m = (double)vmath_max((size_t)z.cols, zn);
        for (int j = 0; j < z.cols; j++)
            un[j] = (real)(((double)zn[j] - m) / temperature);
    }
}

/* The largest logit contributes e^0 = 1 to its row's sum, unless the row has no distribution: then
 * infinity - infinity, or a NaN in the row, has made the sum NaN. */
int softmax_exp(struct tensor z, double temperature, struct tensor e, real *sums) {
    int result = 0;
    softmax_shift(z, temperature, e);
    vmath_exp(tensor_size(e), e.data, e.data);
    vmath_row_sums(e, sums);
    for (int n = 0; n < e.rows; n++)
        result = sums[n] >= 1 ? result : -1;
    return result;
}

enum { ROWS = 64 }; /* sums at a time */

static struct tensor part(struct tensor t, int first) {
    return tensor_rows(t, first, t.rows - first < ROWS ? t.rows - first : ROWS);
}

int softmax_rows(struct tensor z, double temperature, struct tensor p) {
    int result = 0;
    real sums[ROWS];
    for (int first = 0; first < z.rows; first += ROWS) {
        struct tensor e = part(p, first);
        if (softmax_exp(part(z, first), temperature, e, sums) != 0)
            result = -1;
        for (int n = 0; n < e.rows; n++)
            for (int j = 0; j < e.cols; j++)
                tensor_row(e, n)[j] /= sums[n];
    }
    return result;
}

/* log p_j = log(e^u_j / s) = u_j - log s: no quotient that could round to 0. */
int softmax_log_rows(struct tensor z, double temperature, struct tensor y) {
    int result = 0;
    real sums[ROWS];
    for (int first = 0; first < z.rows; first += ROWS) {
        struct tensor u = part(y, first);
        if (softmax_exp(part(z, first), temperature, u, sums) != 0)
            result = -1;
        softmax_shift(part(z, first), temperature, u);
        for (int n = 0; n < u.rows; n++) {
            real log_sum = vmath_log(sums[n]);
            for (int j = 0; j < u.cols; j++)
                tensor_row(u, n)[j] -= log_sum;
        }
    }
    return result;
}

/* Every p_k depends on every z_j. With p_k = e_k / s, e_k = e^(z_k/T) and s = sum_k e_k, the
 * quotient rule gives
 *
 *   ∂p_k/∂z_j = (∂e_k/∂z_j s - e_k ∂s/∂z_j) / s^2 = ([k = j] p_k - p_k p_j) / T
 *
 * and the chain rule sums over the p_k:
 *
 *   dz_j = sum_k dp_k ∂p_k/∂z_j = (dp_j p_j - p_j sum_k dp_k p_k) / T
 *        = p_j (dp_j - sum_k dp_k p_k) / T
 *
 * The matrix ∂p/∂z is never formed: it reduces to one sum per row. */
CLONED void softmax_gradient(struct tensor p, struct tensor dp, double temperature,
                             struct tensor dz) {
    for (int n = 0; n < p.rows; n++) {
        const real *pn = tensor_row(p, n), *dpn = tensor_row(dp, n);
        real sum, *dzn = tensor_row(dz, n);
        kernel_gemm()->abt(tensor_rows(p, n, 1), tensor_rows(dp, n, 1),
                           (struct tensor){&sum, 1, 1});
        for (int j = 0; j < p.cols; j++)
            dzn[j] = (real)((double)(pn[j] * (dpn[j] - sum)) / temperature);
    }
}
