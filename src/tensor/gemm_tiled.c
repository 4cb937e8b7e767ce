/* The matrix products of gemm.c, tiled: the columns of a result are computed side by side, so the
 * compiler can hold their sums in vector registers. Used on CPUs for which there is no faster
 * version (gemm_simd.c), and by the double build.
 *
 * Columns are spread over SIMD lanes; a single sum never is. */
#include "tensor/fma.h"
#include "tensor/gemm.h"

enum { TILE = 64 }; /* columns computed at a time: their sums fit in the registers */

/* The inner loop: c[j] += sum over i of a[i] * b[i][j], for `width` columns j. Elements of a lie
 * `step` apart (1 along a row, the row length down a column), rows of b `pitch` apart. Every call
 * has a constant width, so the loop is unrolled and acc stays in registers. */
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
        c[j] = acc[j] + 0; /* -0 becomes +0 */
}

/* chain for any width m: first whole tiles, then smaller and smaller blocks. */
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

/* Row r of a b is the bias plus the rows of b, weighted by row r of a. */
static void ab(struct tensor a, struct tensor b, const real *bias, struct tensor c) {
    for (int r = 0; r < c.rows; r++) {
        real *out = tensor_row(c, r);
        for (int j = 0; j < c.cols; j++)
            out[j] = bias ? bias[j] : 0;
        row(a.cols, tensor_row(a, r), 1, b.data, (size_t)b.cols, c.cols, out);
    }
}

/* Row r of a^T b is the sum of the rows of b, weighted by column r of a. */
static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    for (int r = 0; r < c.rows; r++) {
        real *out = tensor_row(c, r);
        for (int j = 0; j < c.cols; j++)
            out[j] = 0;
        row(a.rows, a.data + first + r, (size_t)a.cols, b.data, (size_t)b.cols, c.cols, out);
    }
}

/* For a b^T, b is transposed tile by tile into a buffer that stays in the cache, because `row`
 * needs columns side by side. Element (r, j) still sums over ascending i: all of one tile, then all
 * of the next. */
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

const struct gemm ONEHOT_GEMM = {.ab = ab, .atb = atb, .abt = abt};
