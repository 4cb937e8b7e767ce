/* For gemm_simd.c: a block of a product, and packing.
 *
 * All three products have the form c(r, j) = init(r, j) + sum over i of a(r, i) b(i, j), with
 * different strides. A block is some rows and columns of c, and some terms of their sums. */
#pragma once

#include "tensor/simd.h"

#include <stddef.h>

enum {
    BAND = 128,  /* maximum rows of a block */
    BLOCK = 128, /* maximum terms */
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
    float rate; /* 0: c(r, j) is the result; otherwise, rate times the result is subtracted from it */
    int rows, cols, terms;
};

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
    vec result = vec_add(sum, vec_all(0)); /* -0 becomes +0 */
    if (k->rate != 0)
        result = vec_sub(load(p, n), vec_mul(vec_all(k->rate), result));
    store(p, result, n);
}

/* ---- packing: the elements of each term of b, side by side ---- */

#if __has_builtin(__builtin_shufflevector)
typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

static inline void transpose_4x4(const float *from, size_t from_row, float *to, size_t to_row) {
    four a = *(const four *)from, b = *(const four *)(from + from_row),
         c = *(const four *)(from + 2 * from_row), d = *(const four *)(from + 3 * from_row);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
         cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    *(four *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(to + to_row) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(four *)(to + 2 * to_row) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(to + 3 * to_row) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}
#endif

static inline void transpose(const struct block *k, size_t width, float *space) {
    for (int j = 0; j < k->cols; j += 4)
        for (int i = 0; i < k->terms; i += 4) {
            const float *from = k->b + (size_t)j * k->b_col + i;
            float *to = space + (size_t)i * width + j;
            int cols = k->cols - j < 4 ? k->cols - j : 4;
            int terms = k->terms - i < 4 ? k->terms - i : 4;
#if __has_builtin(__builtin_shufflevector)
            if (cols == 4 && terms == 4) {
                transpose_4x4(from, k->b_col, to, width);
                continue;
            }
#endif
            for (int y = 0; y < cols; y++)
                for (int x = 0; x < terms; x++)
                    to[(size_t)x * width + (size_t)y] = from[(size_t)y * k->b_col + (size_t)x];
        }
}

/* Copies the block's part of b to `space`, with `width` columns, a multiple of LANES, and makes it
 * the block's b. Columns past those of the block are undefined. */
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

/* Whether to pack b for `uses` rows of c: if b is transposed, or if its terms are so far apart that
 * they evict each other from the nearest cache and enough rows share the cost. */
static inline int worth_packing(const struct block *k, int uses) {
    return k->b_col != 1 || (k->b_term % 128 == 0 && k->b_term >= 256 && uses >= 12);
}
