/* For gemm_simd.c: a block with few zeros, ROWS rows at a time. The sums of a tile of rows and
 * columns stay in registers, and each vector of b is loaded once for all rows of the tile. */
#pragma once

#include "tensor/gemm_block.h"

enum { ROWS = 6, TILE = VECTORS * LANES };

/* A tile: `rows` rows, `vectors` vectors of columns. Both are constants in every call, so the sums
 * stay in registers. Only a tile of one vector may have fewer columns than the vector has lanes. */
static inline __attribute__((always_inline)) void tile(const struct block *k, int rows,
                                                       int vectors) {
    int cols = vectors == 1 ? k->cols : TILE;
    vec acc[ROWS][VECTORS];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            acc[r][v] = k->init
                            ? load(k->init + (size_t)r * k->init_row + v * LANES, cols - v * LANES)
                            : vec_all(0);
    const float *a = k->a, *b = k->b;
    for (int i = 0; i < k->terms; i++, a += k->a_term, b += k->b_term) {
        vec right[VECTORS];
        for (int v = 0; v < vectors; v++)
            right[v] = load(b + v * LANES, cols - v * LANES);
        for (int r = 0; r < rows; r++) {
            vec left = vec_all(a[(size_t)r * k->a_row]);
            for (int v = 0; v < vectors; v++)
                acc[r][v] = vec_fma(left, right[v], acc[r][v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            finish(k, k->c + (size_t)r * k->c_row + v * LANES, acc[r][v], cols - v * LANES);
}

/* `rows` rows of at most TILE columns. */
static inline __attribute__((always_inline)) void tiles(struct block k, int rows) {
    if (k.cols == TILE) {
        tile(&k, rows, VECTORS);
        return;
    }
    for (int j = 0; j < k.cols; j += LANES) {
        struct block one = block_cols(k, j, LANES);
        tile(&one, rows, 1);
    }
}

static void dense(struct block k) {
    _Alignas(64) float space[BLOCK * TILE];
    for (int j = 0; j < k.cols; j += TILE) {
        struct block panel = block_cols(k, j, TILE);
        int r = 0;
        if (worth_packing(&panel, k.rows))
            pack(&panel, TILE, space);
        for (; k.rows - r >= ROWS; r += ROWS)
            tiles(block_rows(panel, r, ROWS), ROWS);
        for (; k.rows - r >= 2; r += 2)
            tiles(block_rows(panel, r, 2), 2);
        if (r < k.rows)
            tiles(block_rows(panel, r, 1), 1);
    }
}
