/* The matrix products of gemm.c with vector instructions: the same chains, term by term, and so the
 * same bits. Lanes, registers and blocks hold different elements of the result, never parts of one.
 *
 * Two ways to compute some rows of c, chosen from the data alone:
 *  - dense: ROWS rows at once, in tiles of registers: each vector of b that is loaded serves all;
 *  - sparse, where at least half of the left factors are zeros (pixels, what relu has cut off): one
 *    row, from a list of its terms whose left factor is not zero.
 *
 * Compiled once per instruction set, with ONEHOT_GEMM as the result's name (kernel.c). */
#include "tensor/gemm.h"
#include "tensor/simd.h"

enum {
    ROWS = 6,               /* of c at once in a dense tile: ROWS * VECTORS sums in registers */
    TILE = VECTORS * LANES, /* columns of a dense tile */
    WIDE = 8,               /* vectors at once in a sparse row */
    BLOCK = 512,            /* terms of a sum at a time */
};

/* Left factors (r, i) at p[r * row + i * term]; right ones (i, j) at q[i * pitch + j]. */
struct left {
    const float *p;
    size_t row, term;
};

struct right {
    const float *q;
    size_t pitch;
};

/* ---- dense ---- */

/* c[r][j] += sum over `count` terms, for `rows` rows and `vectors` vectors of columns, the last of
 * `last` lanes. Called with constant rows and vectors, so that the sums stay in registers. */
static inline __attribute__((always_inline)) void tile(struct left a, struct right b, int count,
                                                       float *c, size_t c_pitch, int rows,
                                                       int vectors, int last) {
    vec acc[ROWS][VECTORS];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            acc[r][v] = v < vectors - 1 ? vec_load(c + (size_t)r * c_pitch + v * LANES)
                                        : vec_load_first(c + (size_t)r * c_pitch + v * LANES, last);
    const float *p = a.p, *q = b.q;
    for (int i = 0; i < count; i++, p += a.term, q += b.pitch) {
        vec right[VECTORS];
        for (int v = 0; v < vectors; v++)
            right[v] = v < vectors - 1 || last == LANES ? vec_load(q + v * LANES)
                                                        : vec_load_first(q + v * LANES, last);
        for (int r = 0; r < rows; r++) {
            vec left = vec_all(p[(size_t)r * a.row]);
            for (int v = 0; v < vectors; v++)
                acc[r][v] = vec_fma(left, right[v], acc[r][v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++) {
            vec sum = vec_add(acc[r][v], vec_all(0)); /* turns -0 into +0 */
            if (v < vectors - 1)
                vec_store(c + (size_t)r * c_pitch + v * LANES, sum);
            else
                vec_store_first(c + (size_t)r * c_pitch + v * LANES, sum, last);
        }
}

/* tile for any number of columns. */
static inline __attribute__((always_inline)) void
dense(struct left a, struct right b, int count, float *c, size_t c_pitch, int rows, int cols) {
    int j = 0;
    for (; cols - j >= TILE; j += TILE)
        tile(a, (struct right){b.q + j, b.pitch}, count, c + j, c_pitch, rows, VECTORS, LANES);
    for (; cols - j >= LANES; j += LANES)
        tile(a, (struct right){b.q + j, b.pitch}, count, c + j, c_pitch, rows, 1, LANES);
    if (j < cols)
        tile(a, (struct right){b.q + j, b.pitch}, count, c + j, c_pitch, rows, 1, cols - j);
}

/* ---- sparse ---- */

/* The terms of one element's sum whose left factor is not zero: these factors, and which terms. */
struct terms {
    int count;
    float left[BLOCK + LANES];
    int place[BLOCK + LANES];
};

/* Of `count` left factors that lie side by side. */
static void collect(struct terms *t, const float *p, int count) {
    int i = 0, n = 0;
    for (; count - i >= LANES; i += LANES)
        n += vec_append(t->left + n, t->place + n, vec_load(p + i), i);
    if (i < count)
        n += vec_append(t->left + n, t->place + n, vec_load_first(p + i, count - i), i);
    t->count = n;
}

/* c[j] += sum over the terms, for `vectors` vectors of columns; a single one may be cut. */
static inline __attribute__((always_inline)) void chain(int count, const float *left,
                                                        const int *place, struct right b, float *c,
                                                        int vectors, int last) {
    vec acc[WIDE];
    for (int v = 0; v < vectors; v++)
        acc[v] = last == LANES ? vec_load(c + v * LANES) : vec_load_first(c, last);
    for (int i = 0; i < count; i++) {
        vec factor = vec_all(left[i]);
        const float *q = b.q + (size_t)place[i] * b.pitch;
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_fma(
                factor, last == LANES ? vec_load(q + v * LANES) : vec_load_first(q, last), acc[v]);
    }
    for (int v = 0; v < vectors; v++) {
        vec sum = vec_add(acc[v], vec_all(0));
        if (last == LANES)
            vec_store(c + v * LANES, sum);
        else
            vec_store_first(c, sum, last);
    }
}

/* chain for any number of columns. */
static void sparse(int count, const float *left, const int *place, struct right b, float *c,
                   int cols) {
    int j = 0;
    if (count == 0)
        return;
    for (; cols - j >= WIDE * LANES; j += WIDE * LANES)
        chain(count, left, place, (struct right){b.q + j, b.pitch}, c + j, WIDE, LANES);
    for (; cols - j >= LANES; j += LANES)
        chain(count, left, place, (struct right){b.q + j, b.pitch}, c + j, 1, LANES);
    if (j < cols)
        chain(count, left, place, (struct right){b.q + j, b.pitch}, c + j, 1, cols - j);
}

/* ---- whole products ---- */

/* Dense, for any number of rows. */
static void dense_rows(struct left a, struct right b, int count, float *c, size_t c_pitch, int rows,
                       int cols) {
    int r = 0;
    for (; rows - r >= ROWS; r += ROWS)
        dense((struct left){a.p + (size_t)r * a.row, a.row, a.term}, b, count,
              c + (size_t)r * c_pitch, c_pitch, ROWS, cols);
    for (; r < rows; r++)
        dense((struct left){a.p + (size_t)r * a.row, a.row, a.term}, b, count,
              c + (size_t)r * c_pitch, c_pitch, 1, cols);
}

/* c[r][j0 + j] += sum of a[r][i] b[i][j] over `count` terms, a's lying side by side. */
static void by_rows(const float *a, size_t a_pitch, struct right b, int count, struct tensor c,
                    int j0, int cols) {
    struct terms t[ROWS];
    for (int i0 = 0; i0 < count; i0 += BLOCK) {
        int terms = count - i0 < BLOCK ? count - i0 : BLOCK;
        struct right right = {b.q + (size_t)i0 * b.pitch, b.pitch};
        for (int r0 = 0; r0 < c.rows; r0 += ROWS) {
            int rows = c.rows - r0 < ROWS ? c.rows - r0 : ROWS, found = 0;
            struct left left = {a + (size_t)r0 * a_pitch + i0, a_pitch, 1};
            float *out = tensor_row(c, r0) + j0;
            for (int r = 0; r < rows; r++) {
                collect(&t[r], left.p + (size_t)r * a_pitch, terms);
                found += t[r].count;
            }
            if (2 * found > rows * terms)
                dense_rows(left, right, terms, out, (size_t)c.cols, rows, cols);
            else
                for (int r = 0; r < rows; r++)
                    sparse(t[r].count, t[r].left, t[r].place, right,
                           out + (size_t)r * (size_t)c.cols, cols);
        }
    }
}

/* The terms of COLUMNS sums at once, whose left factors are columns of a. */
enum { COLUMNS = 128, DEPTH = 64 };

struct columns {
    int count[COLUMNS];
    float left[COLUMNS][DEPTH];
    int place[COLUMNS][DEPTH];
};

static int collect_columns(struct columns *t, const float *a, size_t pitch, int terms,
                           int columns) {
    struct terms row;
    int found = 0;
    for (int k = 0; k < columns; k++)
        t->count[k] = 0;
    for (int i = 0; i < terms; i++) {
        collect(&row, a + (size_t)i * pitch, columns);
        for (int n = 0; n < row.count; n++) {
            int k = row.place[n], at = t->count[k]++;
            t->left[k][at] = row.left[n];
            t->place[k][at] = i;
        }
        found += row.count;
    }
    return found;
}

/* c[r][j] += sum of a[i][r] b[i][j] over i. */
static void by_columns(struct tensor a, int first, struct right b, struct tensor c) {
    struct columns t;
    for (int i0 = 0; i0 < a.rows; i0 += DEPTH) {
        int terms = a.rows - i0 < DEPTH ? a.rows - i0 : DEPTH;
        struct right right = {b.q + (size_t)i0 * b.pitch, b.pitch};
        for (int r0 = 0; r0 < c.rows; r0 += COLUMNS) {
            int columns = c.rows - r0 < COLUMNS ? c.rows - r0 : COLUMNS;
            const float *left = tensor_row(a, i0) + first + r0;
            int found = collect_columns(&t, left, (size_t)a.cols, terms, columns);
            if (2 * found > columns * terms)
                dense_rows((struct left){left, 1, (size_t)a.cols}, right, terms, tensor_row(c, r0),
                           (size_t)c.cols, columns, c.cols);
            else
                for (int k = 0; k < columns; k++)
                    sparse(t.count[k], t.left[k], t.place[k], right, tensor_row(c, r0 + k), c.cols);
        }
    }
}

static void fill(struct tensor c, const float *bias) {
    for (int r = 0; r < c.rows; r++)
        for (int j = 0; j < c.cols; j++)
            tensor_row(c, r)[j] = bias ? bias[j] + 0 : 0; /* turns -0 into +0 */
}

static void ab(struct tensor a, struct tensor b, const float *bias, struct tensor c) {
    fill(c, bias);
    by_rows(a.data, (size_t)a.cols, (struct right){b.data, (size_t)b.cols}, a.cols, c, 0, c.cols);
}

static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    fill(c, NULL);
    by_columns(a, first, (struct right){b.data, (size_t)b.cols}, c);
}

/* As in gemm.c: the columns of b side by side, a block at a time. */
static void abt(struct tensor a, struct tensor b, struct tensor c) {
    float transposed[BLOCK / 2][WIDE * LANES];
    fill(c, NULL);
    for (int j0 = 0; j0 < c.cols; j0 += WIDE * LANES) {
        int cols = c.cols - j0 < WIDE * LANES ? c.cols - j0 : WIDE * LANES;
        for (int i0 = 0; i0 < a.cols; i0 += BLOCK / 2) {
            int terms = a.cols - i0 < BLOCK / 2 ? a.cols - i0 : BLOCK / 2;
            for (int j = 0; j < cols; j++)
                for (int i = 0; i < terms; i++)
                    transposed[i][j] = tensor_row(b, j0 + j)[i0 + i];
            by_rows(a.data + i0, (size_t)a.cols, (struct right){transposed[0], WIDE * LANES}, terms,
                    c, j0, cols);
        }
    }
}

extern const struct gemm ONEHOT_GEMM;
const struct gemm ONEHOT_GEMM = {ab, atb, abt};
