/* The matrix products of gemm.c with vector instructions: the same chains, term by term, and
 * therefore the same bits. Lanes, registers and blocks hold different elements of the result, never
 * parts of one element.
 *
 * Each block of up to BLOCK terms of BAND rows is computed by gemm_sparse.h if many of its left
 * factors are zero, by gemm_dense.h otherwise. The choice depends only on the data. Products with
 * few columns are dense (of pixels: gemm_pairs.h): finding a zero takes longer than a multiply-add,
 * unless that is software.
 *
 * This file is compiled once per instruction set; ONEHOT_GEMM is the name of the result (kernel.c).
 */
#include "tensor/gemm.h"
#include "tensor/gemm_dense.h"
#include "tensor/gemm_sparse.h"

#if ONEHOT_LANES == 16
#include "tensor/gemm_pairs.h"
#define PAIRS .pair = pair, .pairs_ab = pairs_ab, .pairs_atb = pairs_atb
#else
#define PAIRS .pair = NULL /* finding pixels takes longer than the multiply-adds that it saves */
#endif

_Static_assert((int)GEMM_DESCEND <= (int)BLOCK,
               "a step of descent needs all terms of a sum in one block");

static void blocks(struct block all) {
    struct terms t[BAND];
    for (int i = 0; i < all.terms; i += BLOCK)
        for (int r = 0; r < all.rows; r += BAND) {
            struct block k = block_rows(block_terms(all, i, BLOCK), r, BAND);
            int found = find_all(t, &k);
            if (found == DENSE)
                dense(k);
            else
                sparse(k, t, found);
        }
}

static void product(const float *a, int a_row, int a_term, const float *b, int b_term, int b_col,
                    const float *init, float rate, struct tensor c, int terms) {
    struct block all = {.a = a,
                        .a_row = (size_t)a_row,
                        .a_term = (size_t)a_term,
                        .b = b,
                        .b_term = (size_t)b_term,
                        .b_col = (size_t)b_col,
                        .init = init,
                        .c = c.data,
                        .c_row = (size_t)c.cols,
                        .rate = rate,
                        .rows = c.rows,
                        .cols = c.cols,
                        .terms = terms,
                        .b_far = (size_t)c.cols * (size_t)terms > B_FAR,
                        .c_far = tensor_size(c) > C_FAR};
    if (!FUSED || c.cols > FEW || c.rows < LANES)
        blocks(all);
    else
        for (int r = 0; r < c.rows; r += BAND)
            dense_transposed(block_rows(all, r, BAND));
}

static void ab(struct tensor a, struct tensor b, const real *bias, struct tensor c) {
    product(a.data, a.cols, 1, b.data, b.cols, 1, bias, 0, c, a.cols);
}

static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    product(a.data + first, 1, a.cols, b.data, b.cols, 1, NULL, 0, c, a.rows);
}

static void descend(struct tensor a, int first, struct tensor b, real rate, struct tensor c) {
    if (rate != 0) /* which means to product that c is replaced */
        product(a.data + first, 1, a.cols, b.data, b.cols, 1, NULL, rate, c, a.rows);
}

static void abt(struct tensor a, struct tensor b, struct tensor c) {
    product(a.data, a.cols, 1, b.data, 1, b.cols, NULL, 0, c, a.cols);
}

const struct gemm ONEHOT_GEMM = {.ab = ab, .atb = atb, .abt = abt, .descend = descend, PAIRS};
