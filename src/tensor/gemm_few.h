/* For gemm_simd.c: a block of few columns whose left factors lie side by side for each term, such
 * as the gradient of softmax regression. Term by term instead of row by row: the sums stay in the
 * nearest cache, and no list of each row's terms is needed, which would cost more than its chain.
 */
#ifndef ONEHOT_TENSOR_GEMM_FEW_H
#define ONEHOT_TENSOR_GEMM_FEW_H

#include "tensor/gemm_sparse.h"

enum { FEW = 16 };

static void few(struct block k) {
    _Alignas(64) float sums[BAND][FEW];
    _Alignas(64) float space[BLOCK * FEW];
    uint8_t place[2][BAND + VEC_LIST]; /* as in list_columns */
    pack(&k, FEW, space);
    for (int r = 0; r < k.rows; r++)
        for (int j = 0; j < FEW; j += LANES)
            vec_store(sums[r] + j,
                      k.init ? load(k.init + (size_t)r * k.init_row + j, k.cols - j) : vec_all(0));
    int next = list(place[0], k.a, k.rows, 0);
    for (int i = 0; i < k.terms; i++) {
        const float *a = k.a + (size_t)i * k.a_term;
        int n = next;
        if (i + 1 < k.terms)
            next = list(place[(i + 1) % 2], a + k.a_term, k.rows, 0);
        vec right[FEW / LANES];
        for (int v = 0; v < FEW / LANES; v++)
            right[v] = vec_load(k.b + i * FEW + v * LANES);
        for (int m = 0; m < n; m++) {
            int r = place[i % 2][m];
            for (int v = 0; v < FEW / LANES; v++)
                vec_store(sums[r] + v * LANES,
                          vec_fma(vec_all(a[r]), right[v], vec_load(sums[r] + v * LANES)));
        }
    }
    for (int r = 0; r < k.rows; r++)
        for (int j = 0; j < k.cols; j += LANES)
            store(k.c + (size_t)r * k.c_row + j, vec_add(vec_load(sums[r] + j), vec_all(0)),
                  k.cols - j);
}

#endif
