/* For gemm_simd.c: a block whose left factors are mostly zeros (pixels, what relu has cut off), row
 * by row, from lists of the terms whose left factor is not zero. */
#ifndef ONEHOT_TENSOR_GEMM_SPARSE_H
#define ONEHOT_TENSOR_GEMM_SPARSE_H

#include "tensor/gemm_block.h"

#include <stdint.h>

enum {
    WIDE = 8,             /* vectors of columns at once, */
    PANEL = WIDE * LANES, /* which are so many columns */
    DEPTH = 64,           /* terms at a time: PANEL columns of so many stay in a near cache */
    SLICES = BLOCK / DEPTH,
    ABREAST = 4, /* rows at once where there is only one vector of columns */
    DENSE = -1,  /* in place of how many terms are listed */
};

/* Of a row the terms i whose left factor, left[i], is not zero, in order; those of slice s, of
 * DEPTH terms, begin at place[start[s]]. */
struct terms {
    const float *left;
    int start[SLICES + 1];
    uint8_t place[BLOCK + VEC_LIST]; /* numbers below BLOCK, or below BAND, fit */
};

/* ---- lists ---- */

/* Of `count` numbers side by side those that are not zero: their places, counted from `base`.
 * Returns how many. */
static inline int list(uint8_t *place, const float *p, int count, int base) {
    if (vec_list_many_here())
        return vec_list_many(place, p, count, base);
    int n = 0;
    for (int i = 0; i < count; i += LANES)
        n += vec_list(place + n, load(p + i, count - i), base + i);
    return n;
}

/* Whether so many terms of `all` are not zero that lists do not pay. */
static int too_many(int found, int all) {
    return 5 * found > 3 * all;
}

/* Where the left factors of a row lie side by side. Returns how many terms are listed; or DENSE, as
 * soon as it is clear that lists do not pay. */
static int list_rows(struct terms *t, const struct block *k) {
    int found = 0;
    for (int r = 0; r < k->rows; r++) {
        int n = 0, s = 0;
        t[r].left = k->a + (size_t)r * k->a_row;
        for (int i = 0; i < k->terms; i += DEPTH) {
            t[r].start[s++] = n;
            n +=
                list(t[r].place + n, t[r].left + i, k->terms - i < DEPTH ? k->terms - i : DEPTH, i);
        }
        t[r].start[s] = n;
        found += n;
        if (r % 8 == 7 && too_many(found, (r + 1) * k->terms))
            return DENSE;
    }
    return too_many(found, k->rows * k->terms) ? DENSE : found;
}

/* Where the left factors of a term lie side by side; those that are not zero are copied to left[r],
 * since in their own place they would push each other out of the cache. */
static int list_columns(struct terms *t, const struct block *k, float left[BAND][BLOCK + LANES]) {
    uint8_t place[2][BAND + VEC_LIST]; /* read long after it was written: CPUs wait otherwise */
    int length[BAND] = {0}, found = 0, next = list(place[0], k->a, k->rows, 0);
    for (int i = 0; i < k->terms; i++) {
        const float *a = k->a + (size_t)i * k->a_term;
        int n = next;
        if (i + 1 < k->terms)
            next = list(place[(i + 1) % 2], a + k->a_term, k->rows, 0);
        if (i % DEPTH == 0)
            for (int r = 0; r < k->rows; r++)
                t[r].start[i / DEPTH] = length[r];
        for (int m = 0; m < n; m++) {
            int r = place[i % 2][m];
            left[r][i] = a[r];
            t[r].place[length[r]++] = (uint8_t)i;
        }
        found += n;
        if (i % 8 == 7 && too_many(found, k->rows * (i + 1)))
            return DENSE;
    }
    for (int r = 0; r < k->rows; r++) {
        t[r].start[(k->terms + DEPTH - 1) / DEPTH] = length[r];
        t[r].left = left[r];
    }
    return too_many(found, k->rows * k->terms) ? DENSE : found;
}

/* ---- chains ---- */

/* A row: c(j) = init(j) + the terms of slice s, for `vectors` vectors of columns. b, with b_term
 * from term to term, begins at term `first`. */
static inline __attribute__((always_inline)) void chain(const struct terms *t, int s,
                                                        const float *b, size_t b_term, int first,
                                                        const float *init, float *c, int vectors) {
    vec acc[WIDE];
    if (init)
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_load(init + v * LANES);
    else
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_all(0);
    const uint8_t *end = t->place + t->start[s + 1];
    for (const uint8_t *place = t->place + t->start[s]; place < end; place++) {
        vec left = vec_all(t->left[*place]);
        const float *p = b + (size_t)(*place - first) * b_term;
        for (int v = 0; v < vectors; v++)
            acc[v] = vec_fma(left, vec_load(p + v * LANES), acc[v]);
    }
    for (int v = 0; v < vectors; v++)
        vec_store(c + v * LANES, vec_add(acc[v], vec_all(0))); /* turns -0 into +0 */
}

/* chain for every row of a slice. Rows without a term in it stay as they are. */
static inline __attribute__((always_inline)) void wide(const struct terms *t, int s, struct block k,
                                                       int first, int vectors) {
    for (int r = 0; r < k.rows; r++)
        if (k.init != k.c || t[r].start[s + 1] > t[r].start[s])
            chain(&t[r], s, k.b, k.b_term, first, k.init ? k.init + (size_t)r * k.init_row : NULL,
                  k.c + (size_t)r * k.c_row, vectors);
}

/* One vector of columns, some of which may be missing (b is packed), for `rows` rows at once, since
 * a single chain would wait for each of its sums: slices s .. end - 1. */
static inline __attribute__((always_inline)) void
abreast(const struct terms *t, int s, int end, const struct block *k, int first, int rows) {
    vec acc[ABREAST];
    int i = 0, common = BLOCK;
    for (int r = 0; r < rows; r++) {
        int n = t[r].start[end] - t[r].start[s];
        common = n < common ? n : common;
        acc[r] = k->init ? load(k->init + (size_t)r * k->init_row, k->cols) : vec_all(0);
    }
    for (; i < common; i++)
        for (int r = 0; r < rows; r++) {
            int place = t[r].place[t[r].start[s] + i];
            acc[r] = vec_fma(vec_all(t[r].left[place]),
                             vec_load(k->b + (size_t)(place - first) * k->b_term), acc[r]);
        }
    for (int r = 0; r < rows; r++) {
        for (int n = t[r].start[s] + i; n < t[r].start[end]; n++) {
            int place = t[r].place[n];
            acc[r] = vec_fma(vec_all(t[r].left[place]),
                             vec_load(k->b + (size_t)(place - first) * k->b_term), acc[r]);
        }
        store(k->c + (size_t)r * k->c_row, vec_add(acc[r], vec_all(0)), k->cols);
    }
}

/* abreast for every row. */
static void narrow(const struct terms *t, int s, int end, struct block k, int first) {
    int r = 0;
    for (; k.rows - r >= ABREAST; r += ABREAST) {
        struct block some = block_rows(k, r, ABREAST);
        abreast(t + r, s, end, &some, first, ABREAST);
    }
    for (; r < k.rows; r++) {
        struct block one = block_rows(k, r, 1);
        abreast(t + r, s, end, &one, first, 1);
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
        wide(t, s, block_cols(near, j, PANEL), s * DEPTH, WIDE);
    for (; k.cols - j >= PANEL / 4; j += PANEL / 4)
        wide(t, s, block_cols(near, j, PANEL / 4), s * DEPTH, WIDE / 4);
    for (; k.cols - j >= LANES; j += LANES)
        wide(t, s, block_cols(near, j, LANES), s * DEPTH, 1);
    if (j < k.cols) {
        struct block rest = block_cols(k, j, LANES);
        pack(&rest, LANES, space);
        narrow(t, s, s + 1, rest, s * DEPTH);
    }
}

/* The block, whose lists hold `found` terms. */
static void sparse(struct block k, const struct terms *t, int found) {
    if (k.cols <= LANES) {
        _Alignas(64) float space[BLOCK * LANES];
        pack(&k, LANES, space);
        narrow(t, 0, (k.terms + DEPTH - 1) / DEPTH, k, 0);
        return;
    }
    for (int s = 0; s * DEPTH < k.terms; s++)
        for (int j = 0; j < k.cols; j += PANEL)
            slice(t, s, block_cols(block_terms(k, s * DEPTH, DEPTH), j, PANEL), found / k.terms);
}

#endif
