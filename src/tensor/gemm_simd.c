/* The matrix products of gemm.c with vector instructions: the same chains, term by term, and
 * therefore the same bits. Lanes, registers and blocks hold different elements of the result, never
 * parts of one element.
 *
 * Each block of up to BLOCK terms of BAND rows is computed by gemm_sparse.h if many of its left
 * factors are zero, by gemm_dense.h otherwise. The choice depends only on the data.
 *
 * This file is compiled once per instruction set; ONEHOT_GEMM is the name of the result (kernel.c).
 */
#include "tensor/gemm.h"
#include "tensor/gemm_dense.h"
#include "tensor/gemm_sparse.h"

/* c(r, j) = init(j) + sum over i of a(r, i) b(i, j), with these strides (gemm_block.h). */
static void product(const float *a, int a_row, int a_term, const float *b, int b_term, int b_col,
                    const float *init, struct tensor c, int terms) {
    struct terms t[BAND];
    struct block all = {
        a, (size_t)a_row, (size_t)a_term, b,      (size_t)b_term, (size_t)b_col, init,
        0, c.data,        (size_t)c.cols, c.rows, c.cols,         terms};
    for (int i = 0; i < terms; i += BLOCK)
        for (int r = 0; r < c.rows; r += BAND) {
            struct block k = block_rows(block_terms(all, i, BLOCK), r, BAND);
            int found = find_all(t, &k);
            if (found == DENSE)
                dense(k);
            else
                sparse(k, t, found);
        }
}

static void ab(struct tensor a, struct tensor b, const float *bias, struct tensor c) {
    product(a.data, a.cols, 1, b.data, b.cols, 1, bias, c, a.cols);
}

static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    product(a.data + first, 1, a.cols, b.data, b.cols, 1, NULL, c, a.rows);
}

static void abt(struct tensor a, struct tensor b, struct tensor c) {
    product(a.data, a.cols, 1, b.data, 1, b.cols, NULL, c, a.cols);
}

const struct gemm ONEHOT_GEMM = {ab, atb, abt};
