/* For gemm_simd.c: a block whose left factors are mostly zeros (pixels, what relu has cut off), row
 * by row, the terms whose left factor is not zero: a bit in a mask says so. */
#ifndef ONEHOT_TENSOR_GEMM_SPARSE_H
#define ONEHOT_TENSOR_GEMM_SPARSE_H

#include "tensor/gemm_block.h"

#include <stdint.h>

enum {
    WIDE = 8,             /* vectors of columns at once, */
    PANEL = WIDE * LANES, /* which are so many columns */
    DEPTH = 64,           /* terms at a time: as many as a mask has bits; and PANEL columns of so
                             many stay in a near cache */
    SLICES = BLOCK / DEPTH,
    FEW = 16,                /* columns: so few that one row's sums would wait for each other, */
    ABREAST = FUSED ? 4 : 1, /* and so many rows are summed at once, where that costs little */
    DENSE = -1,              /* in place of how many factors are not zero */
};

/* The left factors of a row, left[i * step]; bit i of mask[s] is set where the one of term
 * s * DEPTH + i is not zero. */
struct terms {
    const float *left;
    size_t step;
    uint64_t mask[SLICES];
};

/* ---- masks ---- */

/* Which of the first 64, or of `count`, numbers side by side are not zero. */
static inline uint64_t mask(const float *p, int count) {
    uint64_t m = 0;
    for (int i = 0; i < count && i < 64; i += LANES)
        m |= (uint64_t)vec_mask(load(p + i, count - i)) << i;
    return m;
}

/* Bit c of m[r] becomes bit r of m[c]: squares of 32 x 32 bits change places across the diagonal,
 * then within each of them squares of 16 x 16, and so on (Warren, Hacker's Delight, section 7-3).
 */
static void transpose_bits(uint64_t m[64]) {
    uint64_t low = 0xffffffff; /* the columns of the left squares */
    for (int size = 32; size; size /= 2, low ^= low << size)
        for (int r = 0; r < 64; r += 2 * size)
            for (int i = r; i < r + size; i++) {
                uint64_t swap = (m[i] >> size ^ m[i + size]) & low;
                m[i + size] ^= swap;
                m[i] ^= swap << size;
            }
}

/* Whether so many terms of `all` are not zero that masks do not pay. */
static int too_many(int found, int all) {
    return 5 * found > 3 * all;
}

/* Up to 64 rows, and the terms of slice s: masks of what lies side by side, 64 of them at a time,
 * transposed if those are rows. Returns how many factors are not zero. */
static int find(struct terms *t, int s, struct block k) {
    uint64_t m[64] = {0};
    int across = k.a_term != 1, count = across ? k.terms : k.rows, found = 0;
    for (int i = 0; i < count; i++) {
        m[i] = mask(k.a + (size_t)i * (across ? k.a_term : k.a_row), across ? k.rows : k.terms);
        found += __builtin_popcountll(m[i]);
    }
    if (across)
        transpose_bits(m);
    for (int r = 0; r < k.rows; r++)
        t[r].mask[s] = m[r];
    return found;
}

/* All rows and terms. Returns how many factors are not zero; or DENSE, as soon as it is clear that
 * masks do not pay. */
static int find_all(struct terms *t, const struct block *k) {
    int found = 0, seen = 0;
    for (int r = 0; r < k->rows; r++) {
        t[r].left = k->a + (size_t)r * k->a_row;
        t[r].step = k->a_term;
    }
    for (int r = 0; r < k->rows; r += 64)
        for (int s = 0; s * DEPTH < k->terms; s++) {
            struct block some = block_terms(block_rows(*k, r, 64), s * DEPTH, DEPTH);
            found += find(t + r, s, some);
            seen += some.rows * some.terms;
            if (too_many(found, seen))
                return DENSE;
        }
    return found;
}

/* ---- chains ---- */

/* A row: c(j) = init(j) + the terms of slice s, for `vectors` vectors of columns. b, with b_term
 * from term to term, begins with the slice. */
static inline __attribute__((always_inline)) void chain(const struct terms *t, int s,
                                                        const float *b, size_t b_term,
                                                        const float *init, float *c, int vectors) {
    vec acc[WIDE];
    if (init)
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_load(init + v * LANES);
    else
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_all(0);
    for (uint64_t m = t->mask[s]; m; m &= m - 1) {
        int i = __builtin_ctzll(m);
        vec left = vec_all(t->left[(size_t)(s * DEPTH + i) * t->step]);
        const float *p = b + (size_t)i * b_term;
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_fma(left, vec_load(p + v * LANES), acc[v]);
    }
    for (int v = 0; v < vectors; v++)
        vec_store(c + v * LANES, vec_add(acc[v], vec_all(0))); /* turns -0 into +0 */
}

/* chain for every row of a slice. Rows without a term in it stay as they are. */
static inline __attribute__((always_inline)) void wide(const struct terms *t, int s, struct block k,
                                                       int vectors) {
    for (int r = 0; r < k.rows; r++)
        if (k.init != k.c || t[r].mask[s])
            chain(&t[r], s, k.b, k.b_term, k.init ? k.init + (size_t)r * k.init_row : NULL,
                  k.c + (size_t)r * k.c_row, vectors);
}

/* The same for `rows` rows at once and at most FEW columns, some of which may be missing in the
 * last vector (b is packed): slices s .. end - 1, and of them the terms that any of the rows has.
 */
static inline __attribute__((always_inline)) void abreast(const struct terms *t, int s, int end,
                                                          struct block k, int rows, int vectors) {
    vec acc[ABREAST][4];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            acc[r][v] = k.init
                            ? load(k.init + (size_t)r * k.init_row + v * LANES, k.cols - v * LANES)
                            : vec_all(0);
    for (; s < end; s++, k.b += DEPTH * k.b_term) {
        uint64_t any = 0;
        for (int r = 0; r < rows; r++)
            any |= t[r].mask[s];
        for (; any; any &= any - 1) {
            int i = __builtin_ctzll(any);
            const float *p = k.b + (size_t)i * k.b_term;
            for (int r = 0; r < rows; r++) {
                vec left = vec_all(t[r].left[(size_t)(s * DEPTH + i) * t[r].step]);
                for (int v = 0; v < vectors; v++)
                    acc[r][v] = vec_fma(left, vec_load(p + v * LANES), acc[r][v]);
            }
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            store(k.c + (size_t)r * k.c_row + v * LANES, vec_add(acc[r][v], vec_all(0)),
                  k.cols - v * LANES);
}

/* abreast for every row. */
static inline __attribute__((always_inline)) void narrow(const struct terms *t, int s, int end,
                                                         struct block k, int vectors) {
    int r = 0;
    for (; k.rows - r >= ABREAST; r += ABREAST)
        abreast(t + r, s, end, block_rows(k, r, ABREAST), ABREAST, vectors);
    for (; r < k.rows; r++)
        abreast(t + r, s, end, block_rows(k, r, 1), 1, vectors);
}

/* Slices s .. end - 1: k's terms, and at most FEW columns. */
static void few(const struct terms *t, int s, int end, struct block k) {
    _Alignas(64) float space[BLOCK * FEW];
    pack(&k, FEW, space);
    switch ((k.cols + LANES - 1) / LANES) {
    case 1:
        narrow(t, s, end, k, 1);
        break;
    case 2:
        narrow(t, s, end, k, 2);
        break;
    case 3:
        narrow(t, s, end, k, 3);
        break;
    default:
        narrow(t, s, end, k, 4);
    }
}

/* Slice s: k's terms, and at most PANEL columns. `uses`: how many rows use a term. */
static void slice(const struct terms *t, int s, struct block k, int uses) {
    _Alignas(64) float space[DEPTH * PANEL];
    struct block near = k;
    int j = 0;
    if (worth_packing(&k, uses))
        pack(&near, PANEL, space);
    for (; k.cols - j >= PANEL; j += PANEL)
        wide(t, s, block_cols(near, j, PANEL), WIDE);
    for (; k.cols - j >= PANEL / 4; j += PANEL / 4)
        wide(t, s, block_cols(near, j, PANEL / 4), WIDE / 4);
    for (; j < k.cols; j += FEW)
        few(t, s, s + 1, block_cols(k, j, FEW));
}

/* The block, `found` of whose left factors are not zero. */
static void sparse(struct block k, const struct terms *t, int found) {
    int slices = (k.terms + DEPTH - 1) / DEPTH;
    if (k.cols <= FEW)
        few(t, 0, slices, k);
    else
        for (int s = 0; s < slices; s++)
            for (int j = 0; j < k.cols; j += PANEL)
                slice(t, s, block_cols(block_terms(k, s * DEPTH, DEPTH), j, PANEL),
                      found / k.terms);
}

#endif
