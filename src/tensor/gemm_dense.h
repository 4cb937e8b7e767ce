/* For gemm_simd.c: a block with few zeros, up to ROWS rows at a time. The sums of a tile of rows
 * and columns stay in registers, and each vector of b is loaded once for all rows of the tile. */
#pragma once

#include "tensor/gemm_block.h"

enum { ROWS = 6, TILE = VECTORS * LANES };

/* A tile: `rows` rows, `vectors` vectors of columns. Both are constants in every call, so that the
 * sums stay in registers. If columns are missing in the last vector, b is packed. In each term, one
 * cache line of what follows is fetched. If `copy` is not NULL, it receives b, packed. */
static inline __attribute__((always_inline)) void tile(struct block k, int rows, int vectors,
                                                       float *copy) {
    vec acc[ROWS][VECTORS];
    int last = k.cols - (vectors - 1) * LANES; /* columns of the last vector */
    EACH (r, rows)
        EACH (v, vectors)
            acc[r][v] = k.init ? load(k.init + (size_t)r * k.init_row + v * LANES,
                                      v < vectors - 1 ? LANES : last)
                               : vec_all(0);
    if (k.c_far || k.rate != 0)
        EACH (r, rows)
            EACH (v, vectors)
                __builtin_prefetch(k.c + (size_t)r * k.c_row + v * LANES, 1);
    const float *a = k.a, *b = k.b, *ahead = k.ahead;
    for (int i = 0; i < k.terms; i++, a += k.a_term, b += k.b_term, ahead += k.ahead_step) {
        vec right[VECTORS];
        __builtin_prefetch(ahead);
        EACH (v, vectors)
            right[v] = vec_load(b + v * LANES);
        EACH (r, rows) {
            vec left = vec_all(a[(size_t)r * k.a_row]);
            EACH (v, vectors)
                acc[r][v] = vec_fma(left, right[v], acc[r][v]);
        }
        if (copy)
            EACH (v, vectors)
                vec_store(copy + (size_t)i * TILE + v * LANES, right[v]);
    }
    EACH (r, rows)
        EACH (v, vectors)
            finish(&k, k.c + (size_t)r * k.c_row + v * LANES, acc[r][v],
                   v < vectors - 1 ? LANES : last);
}

/* tile as one function per size, for its constants; tile_of[rows - 1][vectors - 1]. */
#define SIZE(rows, vectors)                                                                        \
    static __attribute__((noinline)) void tile_##rows##_##vectors(const struct block *k,           \
                                                                  float *copy) {                   \
        int v = vectors < VECTORS ? vectors : VECTORS;                                             \
        copy ? tile(*k, rows, v, copy) : tile(*k, rows, v, NULL);                                  \
    }
#define SIZES(rows) SIZE(rows, 1) SIZE(rows, 2) SIZE(rows, 3) SIZE(rows, 4)
SIX(SIZES)
#define ROW(rows)                                                                                  \
    { tile_##rows##_1, tile_##rows##_2, tile_##rows##_3, tile_##rows##_4 }
static void (*const tile_of[ROWS][4])(const struct block *, float *) = {ROW(1), ROW(2), ROW(3),
                                                                        ROW(4), ROW(5), ROW(6)};

/* A panel: at most TILE columns. Its rows come in groups as equal as possible. If b is to be
 * packed, the first group does it on its way; each of the first groups fetches one of the cache
 * lines that the next panel has per term. */
static void tiles(struct block k, const float *next, float *copy) {
    int groups = (k.rows + ROWS - 1) / ROWS, lines = k.ahead_step ? BLOCK / 16 : 0;
    int vectors = (k.cols + LANES - 1) / LANES;
    for (int g = 0, r = 0, end; g < groups; g++, r = end) {
        end = k.rows * (g + 1) / groups;
        struct block some = block_rows(k, r, end - r);
        some.ahead = g < lines ? next + 16 * g : some.a;
        some.ahead_step = g < lines ? k.ahead_step : 0;
        tile_of[end - r - 1][vectors - 1](&some, copy);
        if (copy) {
            k.b = copy;
            k.b_term = TILE;
            copy = NULL;
        }
    }
}

static void dense(struct block k) {
    _Alignas(64) float space[BLOCK * TILE];
    for (int j = 0; j < k.cols; j += TILE) {
        struct block panel = block_cols(k, j, TILE);
        const float *next = panel.b + TILE * k.b_col;
        float *copy = NULL;
        panel.ahead_step = k.b_far && j + TILE < k.cols ? k.b_col == 1 ? k.b_term : k.b_col : 0;
        if (panel.cols % LANES != 0 || panel.b_col != 1)
            pack(&panel, TILE, space);
        else if (worth_packing(&panel, k.rows))
            copy = space;
        tiles(panel, next, copy);
    }
}

/* At most BAND rows and FEW columns of a product, as c^T = b^T a^T: so it is the rows that lie side
 * by side in vectors. They are all columns of c, whose rows are adjacent. */
static void dense_transposed(struct block k) {
    _Alignas(64) float sums[FEW][BAND], result[(BAND + 1) * FEW];
    struct block t = {.a = k.b,
                      .a_row = k.b_col,
                      .a_term = k.b_term,
                      .b = k.a,
                      .b_term = k.a_term,
                      .b_col = k.a_row,
                      .init = k.init ? sums[0] : NULL,
                      .init_row = BAND,
                      .c = sums[0],
                      .c_row = BAND,
                      .rows = k.cols,
                      .cols = k.rows,
                      .terms = k.terms};
    for (int j = 0; j < k.cols && k.init; j++)
        for (int r = 0; r < k.rows; r++)
            sums[j][r] = k.init[(size_t)r * k.init_row + (size_t)j];
    for (int i = 0; i < k.terms; i += BLOCK)
        dense(block_terms(t, i, BLOCK));
    /* Row by row; what is past a row's last column is replaced by the next row. */
    for (int r = 0; r < k.rows; r += LANES)
        for (int j = (k.cols - 1) / LANES * LANES; j >= 0; j -= LANES)
            transpose_square(sums[j] + r, BAND, result + r * k.cols + j, (size_t)k.cols);
    for (int i = 0; i < k.rows * k.cols; i += LANES)
        finish(&k, k.c + i, vec_load(result + i), k.rows * k.cols - i);
}
