/* The matrix products as plain loops: this is their specification, and the product on CPUs for
 * which there is no faster version (gemm_simd.c, chosen at run time by kernel.c, tested against
 * this one).
 *
 * Each element of a result is a sum of products, computed as one chain of fused multiply-adds
 * (a * b + c, rounded once) in ascending index: gemm.h has the contract. What the compiler spreads
 * over SIMD lanes are the columns of the result, never a sum.
 *
 * Read after: tensor.h. Read next: layers/layer.h. */
#include "tensor/gemm.h"
#include "tensor/fma.h"

enum { TILE = 64 }; /* columns computed at a time: their sums fit the registers */

/* The one inner loop: c[j] += sum over i of a[i] * b[i][j], for `width` columns j.
 * a's elements lie `step` apart (1 along a row, the row length down a column), b's rows `pitch`.
 * It is only called with a constant width, so that it is unrolled and acc stays in registers. */
static inline __attribute__((always_inline)) void
chain(int count, const real *a, size_t step, const real *b, size_t pitch, int width, real *c) {
    real acc[TILE];
    for (int j = 0; j < width; j++)
        acc[j] = c[j];
    for (int i = 0; i < count; i++, a += step, b += pitch) {
        real left = *a;
        if (left == 0)
            continue;
        for (int j = 0; j < width; j++)
            acc[j] = real_fma(left, b[j], acc[j]);
    }
    for (int j = 0; j < width; j++)
        c[j] = acc[j] + 0; /* turns -0 into +0 */
}

/* chain for any width m: in tiles, then in ever smaller blocks. */
static void row(int count, const real *a, size_t step, const real *b, size_t pitch, int m,
                real *c) {
    int j = 0;
    for (; m - j >= TILE; j += TILE)
        chain(count, a, step, b + j, pitch, TILE, c + j);
    for (; m - j >= 16; j += 16)
        chain(count, a, step, b + j, pitch, 16, c + j);
    for (; m - j >= 8; j += 8)
        chain(count, a, step, b + j, pitch, 8, c + j);
    for (; m - j >= 2; j += 2)
        chain(count, a, step, b + j, pitch, 2, c + j);
    for (; j < m; j++)
        chain(count, a, step, b + j, pitch, 1, c + j);
}

/* c (n x m) = a (n x k) b (k x m) + bias (m, or NULL): row r of c is the bias plus the rows of b,
 * weighted by row r of a. */
static void ab(struct tensor a, struct tensor b, const real *bias, struct tensor c) {
    for (int r = 0; r < c.rows; r++) {
        real *out = tensor_row(c, r);
        for (int j = 0; j < c.cols; j++)
            out[j] = bias ? bias[j] : 0;
        row(a.cols, tensor_row(a, r), 1, b.data, (size_t)b.cols, c.cols, out);
    }
}

/* c = rows `first` and following of a^T b, for a (n x k) and b (n x m): row r of a^T b is the rows
 * of b, weighted by column r of a. */
static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    for (int r = 0; r < c.rows; r++) {
        real *out = tensor_row(c, r);
        for (int j = 0; j < c.cols; j++)
            out[j] = 0;
        row(a.rows, a.data + first + r, (size_t)a.cols, b.data, (size_t)b.cols, c.cols, out);
    }
}

/* c (n x k) = a b^T, for a (n x m) and b (k x m): `row` wants the columns of b side by side, so
 * they are transposed tile by tile into a buffer that stays in the cache. Element (r, j) of c still
 * sums over ascending i: first all of one tile, then all of the next. */
static void abt(struct tensor a, struct tensor b, struct tensor c) {
    real transposed[TILE][TILE];
    for (int j0 = 0; j0 < c.cols; j0 += TILE) {
        int width = c.cols - j0 < TILE ? c.cols - j0 : TILE;
        for (int r = 0; r < c.rows; r++)
            for (int j = 0; j < width; j++)
                tensor_row(c, r)[j0 + j] = 0;
        for (int i0 = 0; i0 < a.cols; i0 += TILE) {
            int depth = a.cols - i0 < TILE ? a.cols - i0 : TILE;
            for (int j = 0; j < width; j++)
                for (int i = 0; i < depth; i++)
                    transposed[i][j] = tensor_row(b, j0 + j)[i0 + i];
            for (int r = 0; r < c.rows; r++)
                row(depth, tensor_row(a, r) + i0, 1, transposed[0], TILE, width,
                    tensor_row(c, r) + j0);
        }
    }
}

extern const struct gemm ONEHOT_GEMM;
const struct gemm ONEHOT_GEMM = {ab, atb, abt};
