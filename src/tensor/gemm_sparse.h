/* For gemm_simd.c: a block whose left factors are mostly zero (pixels, outputs of relu). Each row
 * visits only the terms whose left factor is nonzero; a bit mask lists them. */
#pragma once

#include "tensor/gemm_block.h"

enum {
    WIDE = 8,             /* vectors of columns at a time */
    PANEL = WIDE * LANES, /* the same in columns */
    DEPTH = 64,           /* terms at a time: the bits of a mask; PANEL columns of them stay in
                             the L1 cache */
    SLICES = BLOCK / DEPTH,
    NEXT = 3,   /* if c is far, its rows are fetched so many rows ahead */
    DENSE = -1, /* returned instead of a number of nonzero factors */
};

/* The left factors of a row are left[i * step]. Bit i of mask[s] is set if the one of term s *
 * DEPTH + i is nonzero. */
struct terms {
    const float *left;
    size_t step;
    uint64_t mask[SLICES];
};

/* ---- masks ---- */

/* A bit mask of the nonzero numbers among `count` adjacent ones, at most 64. */
static inline uint64_t mask(const float *p, int count) {
    uint64_t m = 0;
    for (int i = 0; i < count && i < 64; i += LANES)
        m |= (uint64_t)vec_mask(load(p + i, count - i)) << i;
    return m;
}

/* Transposes: bit c of m[r] becomes bit r of m[c]. Squares of 32 x 32 bits are swapped across the
 * diagonal, then squares of 16 x 16 within each of them, and so on (Warren, Hacker's Delight, 7-3).
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

/* Whether too many terms are nonzero for masks to pay off. */
static int too_many(int found, int all) { return 5 * found > 3 * all; }

/* Fills the masks of up to 64 rows for the terms of slice s. Masks are built from adjacent factors;
 * if these belong to different rows, the masks are transposed. Returns the number of nonzero
 * factors. */
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

/* Fills the masks of all rows and terms. Returns the number of nonzero factors, or DENSE once it is
 * clear that masks do not pay off. */
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

/* One row: c(j) = init(j) + the terms of slice s, which are those of k, for `vectors` vectors of
 * columns, of which the last one has `last`. */
static inline __attribute__((always_inline)) void chain(const struct terms *t, int s,
                                                        const struct block *k, const float *init,
                                                        float *c, int vectors, int last) {
    vec acc[WIDE];
    if (init)
        for (int v = 0; v < vectors; v++)
            acc[v] = load(init + v * LANES, v < vectors - 1 ? LANES : last);
    else
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_all(0);
    for (uint64_t m = t->mask[s]; m; m &= m - 1) {
        int i = __builtin_ctzll(m);
        vec left = vec_all(t->left[(size_t)(s * DEPTH + i) * t->step]);
        const float *p = k->b + (size_t)i * k->b_term;
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_fma(left, vec_load(p + v * LANES), acc[v]);
    }
    for (int v = 0; v < vectors; v++)
        finish(k, c + v * LANES, acc[v], v < vectors - 1 ? LANES : last);
}

/* chain for every row of a slice. A row without terms in it leaves its c unchanged. */
static inline __attribute__((always_inline)) void wide(const struct terms *t, int s, struct block k,
                                                       int vectors, int last, bool far) {
    bool unchanged = k.rate != 0 ? !k.init : k.init == k.c;
    for (int r = 0; r < k.rows; r++) {
        for (int v = 0; v < vectors && far; v++)
            __builtin_prefetch(k.c + (size_t)(r + NEXT) * k.c_row + v * LANES, 1);
        if (!unchanged || t[r].mask[s])
            chain(&t[r], s, &k, k.init ? k.init + (size_t)r * k.init_row : NULL,
                  k.c + (size_t)r * k.c_row, vectors, last);
    }
}

/* wide as one function per width, for its constants: wide_of[vectors - 1], and whole panels for a
 * near and a far c. */
#define WIDTH(name, vectors, last, far)                                                            \
    static __attribute__((noinline)) void name(const struct terms *t, int s,                       \
                                               const struct block *k) {                            \
        wide(t, s, *k, vectors, last, far);                                                        \
    }
#define PART(vectors) WIDTH(wide_##vectors, vectors, k->cols - (vectors - 1) * LANES, false)
SIX(PART)
PART(7)
PART(8)
WIDTH(whole_near, WIDE, LANES, false)
WIDTH(whole_far, WIDE, LANES, true)
static void (*const wide_of[WIDE])(const struct terms *, int, const struct block *) = {
    wide_1, wide_2, wide_3, wide_4, wide_5, wide_6, wide_7, wide_8};

/* Slice s, which is the terms of k, for at most PANEL columns. On average `uses` rows use a term.
 */
static void slice(const struct terms *t, int s, struct block k, int uses) {
    _Alignas(64) float space[DEPTH * PANEL];
    if (k.cols % LANES != 0 || worth_packing(&k, uses))
        pack(&k, PANEL, space);
    if (k.cols < PANEL)
        wide_of[(k.cols + LANES - 1) / LANES - 1](t, s, &k);
    else
        (k.c_far ? whole_far : whole_near)(t, s, &k);
}

/* The whole block, with `found` nonzero left factors. If the result is subtracted from c, the sums
 * cannot wait there for the next slice. */
static void sparse(struct block k, const struct terms *t, int found) {
    _Alignas(64) float sums[BAND * PANEL];
    int slices = (k.terms + DEPTH - 1) / DEPTH;
    for (int j = 0; j < k.cols; j += PANEL)
        for (int s = 0; s < slices; s++) {
            struct block part = block_terms(block_cols(k, j, PANEL), s * DEPTH, DEPTH);
            if (k.rate != 0 && s > 0) {
                part.init = sums;
                part.init_row = PANEL;
            }
            if (k.rate != 0 && s < slices - 1) {
                part.c = sums;
                part.c_row = PANEL;
                part.rate = 0;
            }
            slice(t, s, part, found / k.terms);
        }
}
