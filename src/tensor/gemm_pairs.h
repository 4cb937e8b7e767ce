/* For gemm_simd.c with AVX-512: products with few columns, whose left factors are pixels, listed in
 * pairs of rows (gemm.h). A row of b or c, padded to FEW columns, is one vector. */
#pragma once

#include "tensor/gemm_block.h"

enum { COLUMN = 20, LINE = 64 }; /* an entry's lowest bit of the column; bytes per cache line */

/* Lists GEMM_GROUP columns, from `column` on. */
static inline void list(const uint8_t *first, const uint8_t *second, int column, struct pair *p) {
    const __m512i order = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i columns = _mm512_add_epi32(order, _mm512_set1_epi32(column));
    __m512i low = _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)first));
    __m512i high = _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)second));
    __m512i pixels = _mm512_or_si512(low, _mm512_slli_epi32(high, 8));
    __m512i entries = _mm512_or_si512(pixels, _mm512_slli_epi32(columns, COLUMN));
    __mmask16 found = _mm512_test_epi32_mask(pixels, pixels);
    _mm512_storeu_si512(p->entries + p->count, _mm512_maskz_compress_epi32(found, entries));
    p->count += __builtin_popcount(found);
}

static void pair(struct pair *p, int cols) {
    p->count = 0;
    for (int i = 0; i < cols; i += GEMM_GROUP) {
        p->starts[i / GEMM_GROUP] = (uint16_t)p->count;
        list(p->pixels[0] + i, p->pixels[p->rows - 1] + i, i, p);
    }
    p->starts[cols / GEMM_GROUP] = (uint16_t)p->count;
}

/* Starts to fetch the pixels that are listed next, while products keep the core busy. */
static inline void fetch_ahead(const struct pair *p, int cols) {
    for (int r = 0; r < p->rows; r++)
        for (int i = 0; p->ahead[r] && i < cols; i += LINE)
            __builtin_prefetch(p->ahead[r] + i, 0, 2);
}

/* Adds term i of the pair's rows to their sums. */
static inline void add(const struct pair *p, int i, const float *b, vec sums[2]) {
    uint32_t entry = p->entries[i];
    vec right = vec_load(b + (entry >> 16));
    sums[0] = vec_fma(vec_all(p->value[entry & 255]), right, sums[0]);
    sums[1] = vec_fma(vec_all(p->value[entry >> 8 & 255]), right, sums[1]);
}

/* Stores the sums in the pair's rows of c, from row r on. Returns the row after them. What is past
 * a row's last column is replaced by the next row. */
static inline int put(struct tensor c, int r, const struct pair *p, const vec sums[2]) {
    for (int i = 0; i < p->rows; i++, r++)
        store(tensor_row(c, r), sums[i] + vec_all(0), (c.rows - r) * c.cols);
    return r;
}

/* Two pairs at a time: while a sum waits for its last term, the others proceed. */
static void pairs_ab(const struct pair *a, struct tensor b, const float *bias, struct tensor c) {
    static const struct pair none;
    _Alignas(64) float padded[GEMM_PAIR * FEW];
    for (int i = 0; i < b.rows; i++)
        vec_store(padded + i * FEW, load(tensor_row(b, i), b.cols));
    vec init = bias ? load(bias, c.cols) : vec_all(0);
    for (int r = 0; r < c.rows;) {
        const struct pair *p = a + r, *q = r + p->rows < c.rows ? p + p->rows : &none;
        vec of_p[2] = {init, init}, of_q[2] = {init, init};
        fetch_ahead(p, b.rows);
        fetch_ahead(q, b.rows);
        int i = 0;
        for (; i < p->count && i < q->count; i++) {
            add(p, i, padded, of_p);
            add(q, i, padded, of_q);
        }
        for (int j = i; j < p->count; j++)
            add(p, j, padded, of_p);
        for (int j = i; j < q->count; j++)
            add(q, j, padded, of_q);
        r = put(c, put(c, r, p, of_p), q, of_q);
    }
}

/* The sums of all columns in the groups of c's rows lie in rows of FEW, in the L2 cache, until the
 * terms of all pairs are in. Then c's rows move together, to lie as in c. */
static void pairs_atb(const struct pair *a, int first, struct tensor b, float rate,
                      struct tensor c) {
    int group = first / GEMM_GROUP, end_group = (first + c.rows + GEMM_GROUP - 1) / GEMM_GROUP;
    _Alignas(64) float space[GEMM_PAIR * FEW], *sums = space + first * FEW;
    memset(space + group * GEMM_GROUP * FEW, 0,
           (size_t)(end_group - group) * GEMM_GROUP * FEW * sizeof *space);
    for (int r = 0; r < b.rows; r += a[r].rows) {
        const struct pair *p = a + r;
        vec dy = load(tensor_row(b, r), b.cols);
        vec dy_second = p->rows == 2 ? load(tensor_row(b, r + 1), b.cols) : vec_all(0);
        int end = p->starts[end_group];
        for (int i = p->starts[group]; i < end; i++) {
            uint32_t entry = p->entries[i];
            float *row = space + (entry >> 16);
            vec sum = vec_fma(vec_all(p->value[entry & 255]), dy, vec_load(row));
            vec_store(row, vec_fma(vec_all(p->value[entry >> 8 & 255]), dy_second, sum));
        }
    }
    for (int i = 0; i < c.rows; i++)
        vec_store(sums + i * c.cols, vec_load(sums + i * FEW));
    struct block k = {.rate = rate};
    for (int i = 0; i < c.rows * c.cols; i += LANES)
        finish(&k, c.data + i, vec_load(sums + i), c.rows * c.cols - i);
}
