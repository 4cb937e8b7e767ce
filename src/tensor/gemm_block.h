/* For gemm_simd.c: a block of a product, and packing.
 *
 * All three products have the form c(r, j) = init(r, j) + sum over i of a(r, i) b(i, j), with
 * different strides. A block is some rows and columns of c, and some terms of their sums. */
#pragma once

#include "tensor/gemm.h"
#include "tensor/simd.h"

enum {
    BAND = 128,      /* maximum rows of a block */
    BLOCK = 128,     /* maximum terms */
    FEW = GEMM_FEW,  /* up to this many columns do not fill a tile */
    B_FAR = 1 << 18, /* more elements of b are fetched ahead */
    C_FAR = 1 << 20, /* more of c */
};

struct block {
    const float *a;
    size_t a_row, a_term; /* a(r, i) at a[r * a_row + i * a_term]; one of the two is 1 */
    const float *b;
    size_t b_term, b_col; /* b(i, j) at b[i * b_term + j * b_col]; one of the two is 1 */
    const float *init;    /* init(r, j) at init[r * init_row + j]; NULL: 0 */
    size_t init_row;
    float *c; /* c(r, j) at c[r * c_row + j] */
    size_t c_row;
    float rate; /* 0: c becomes the result; else rate times the result is subtracted from it */
    int rows, cols, terms;
    bool b_far, c_far;  /* fetch b or c ahead, as it is large: */
    const float *ahead; /* of b's next panel, a cache line per term, ahead_step floats apart */
    size_t ahead_step;
};

/* Repeats a macro that defines functions for constant sizes. */
#define SIX(X) X(1) X(2) X(3) X(4) X(5) X(6)

/* At most `max` rows, from r on. */
static inline struct block block_rows(struct block k, int r, int max) {
    k.a += (size_t)r * k.a_row;
    k.init = k.init ? k.init + (size_t)r * k.init_row : NULL;
    k.c += (size_t)r * k.c_row;
    k.rows = k.rows - r < max ? k.rows - r : max;
    return k;
}

/* At most `max` columns, from j on. */
static inline struct block block_cols(struct block k, int j, int max) {
    k.b += (size_t)j * k.b_col;
    k.init = k.init ? k.init + j : NULL;
    k.c += j;
    k.cols = k.cols - j < max ? k.cols - j : max;
    return k;
}

/* At most `max` terms, from i on. The first ones start from init, later ones from the values in c
 * that the earlier terms left. */
static inline struct block block_terms(struct block k, int i, int max) {
    k.a += (size_t)i * k.a_term;
    k.b += (size_t)i * k.b_term;
    if (i > 0) {
        k.init = k.c;
        k.init_row = k.c_row;
    }
    k.terms = k.terms - i < max ? k.terms - i : max;
    return k;
}

/* The first n elements of a vector; the other lanes are zero. */
static inline vec load(const float *p, int n) {
    return n >= LANES ? vec_load(p) : n > 0 ? vec_load_first(p, n) : vec_all(0);
}

static inline void store(float *p, vec v, int n) {
    if (n >= LANES)
        vec_store(p, v);
    else
        vec_store_first(p, v, n);
}

/* Makes a sum the result for n elements of c, p[0 .. n - 1]. */
static inline void finish(const struct block *k, float *p, vec sum, int n) {
    vec result = sum + vec_all(0); /* -0 becomes +0 */
    if (k->rate != 0)
        result = load(p, n) - vec_all(k->rate) * result;
    store(p, result, n);
}

/* ---- packing: the elements of each term of b, side by side ---- */

#if __has_builtin(__builtin_shufflevector)
/* The same choice of four lanes in each quarter, half or all of a vector. */
#if ONEHOT_LANES == 16
#define FOURS(p, q, r, s) EIGHT(p, q, r, s), EIGHT((p) + 8, (q) + 8, (r) + 8, (s) + 8)
#elif ONEHOT_LANES == 8
#define FOURS(p, q, r, s) EIGHT(p, q, r, s)
#else
#define FOURS(p, q, r, s) p, q, r, s
#endif
#define EIGHT(p, q, r, s) p, q, r, s, (p) + 4, (q) + 4, (r) + 4, (s) + 4

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

/* Four floats each from p, p + 4 * row, p + 8 * row, ...: a whole vector. */
static inline vec load_fours(const float *p, size_t row) {
#define AT(i)   (*(const four *)(p + 4 * (i)*row))
#define PAIR(i) __builtin_shufflevector(AT(i), AT((i) + 1), 0, 1, 2, 3, 4, 5, 6, 7)
#if ONEHOT_LANES == 16
    return (vec)__builtin_shufflevector(PAIR(0), PAIR(2), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
                                        13, 14, 15);
#elif ONEHOT_LANES == 8
    return (vec)PAIR(0);
#else
    return AT(0);
#endif
}

/* Transposes LANES x LANES elements. Lane group g of a, b, c and d holds four elements of rows 4 g,
 * 4 g + 1, 4 g + 2 and 4 g + 3: each group is transposed on its own. */
static inline void transpose_square(const float *from, size_t from_row, float *to, size_t to_row) {
    for (int i = 0; i < LANES; i += 4, from += 4, to += 4 * to_row) {
        vec a = load_fours(from, from_row), b = load_fours(from + from_row, from_row);
        vec c = load_fours(from + 2 * from_row, from_row);
        vec d = load_fours(from + 3 * from_row, from_row);
        vec ab = __builtin_shufflevector(a, b, FOURS(0, LANES, 1, LANES + 1));
        vec cd = __builtin_shufflevector(c, d, FOURS(0, LANES, 1, LANES + 1));
        vec_store(to, __builtin_shufflevector(ab, cd, FOURS(0, 1, LANES, LANES + 1)));
        vec_store(to + to_row, __builtin_shufflevector(ab, cd, FOURS(2, 3, LANES + 2, LANES + 3)));
        ab = __builtin_shufflevector(a, b, FOURS(2, LANES + 2, 3, LANES + 3));
        cd = __builtin_shufflevector(c, d, FOURS(2, LANES + 2, 3, LANES + 3));
        vec_store(to + 2 * to_row, __builtin_shufflevector(ab, cd, FOURS(0, 1, LANES, LANES + 1)));
        vec_store(to + 3 * to_row,
                  __builtin_shufflevector(ab, cd, FOURS(2, 3, LANES + 2, LANES + 3)));
    }
}
#else
static inline void transpose_square(const float *from, size_t from_row, float *to, size_t to_row) {
    for (int j = 0; j < LANES; j++)
        for (int i = 0; i < LANES; i++)
            to[(size_t)i * to_row + (size_t)j] = from[(size_t)j * from_row + (size_t)i];
}
#endif

/* Fills `width` columns; those past the block's are 0. */
static inline void transpose(const struct block *k, size_t width, float *space) {
    int terms = k->terms / LANES * LANES;
    for (int j = 0; (size_t)j < width; j += LANES) {
        const float *from = k->b + (size_t)j * k->b_col;
        int i = 0, cols = k->cols - j;
        for (; cols >= LANES && i < terms; i += LANES)
            transpose_square(from + i, k->b_col, space + (size_t)i * width + j, width);
        for (; i < k->terms; i++)
            for (int x = 0; x < LANES; x++)
                space[(size_t)i * width + (size_t)(j + x)] =
                    x < cols ? from[(size_t)x * k->b_col + (size_t)i] : 0;
    }
}

/* Copies the block's part of b to `space`, with `width` columns, a multiple of LANES, and makes it
 * the block's b. Columns past those of the block are 0. */
static inline void pack(struct block *k, int width, float *space) {
    if (k->b_col != 1)
        transpose(k, (size_t)width, space);
    else
        for (int i = 0; i < k->terms; i++)
            for (int j = 0; j < width; j += LANES)
                vec_store(space + i * width + j,
                          load(k->b + (size_t)i * k->b_term + j, k->cols - j));
    k->b = space;
    k->b_term = (size_t)width;
    k->b_col = 1;
}

/* Whether to pack b for `uses` rows of c: if b is transposed; or if enough rows share the cost, and
 * its terms either are so far apart that they evict each other from the L1 cache, or lie
 * across the boundaries of cache lines, so that each load takes two. */
static inline int worth_packing(const struct block *k, int uses) {
    bool evicts = k->b_term % 128 == 0 && k->b_term >= 256, crosses = k->b_term % LANES != 0;
    return k->b_col != 1 || ((evicts || crosses) && uses >= 12);
}
