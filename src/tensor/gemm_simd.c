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

static void product(struct block all) {
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

static void ab(struct tensor a, struct tensor b, const float *bias, struct tensor c) {
    product((struct block){.a = a.data,
                           .a_row = (size_t)a.cols,
                           .a_term = 1,
                           .b = b.data,
                           .b_term = (size_t)b.cols,
                           .b_col = 1,
                           .init = bias,
                           .c = c.data,
                           .c_row = (size_t)c.cols,
                           .rows = c.rows,
                           .cols = c.cols,
                           .terms = a.cols});
}

static void descend(struct tensor a, int first, struct tensor b, real rate, struct tensor c) {
    product((struct block){.a = a.data + first,
                           .a_row = 1,
                           .a_term = (size_t)a.cols,
                           .b = b.data,
                           .b_term = (size_t)b.cols,
                           .b_col = 1,
                           .c = c.data,
                           .c_row = (size_t)c.cols,
                           .rate = rate,
                           .rows = c.rows,
                           .cols = c.cols,
                           .terms = a.rows});
}

static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    descend(a, first, b, 0, c);
}

static void abt(struct tensor a, struct tensor b, struct tensor c) {
    product((struct block){.a = a.data,
                           .a_row = (size_t)a.cols,
                           .a_term = 1,
                           .b = b.data,
                           .b_term = 1,
                           .b_col = (size_t)b.cols,
                           .c = c.data,
                           .c_row = (size_t)c.cols,
                           .rows = c.rows,
                           .cols = c.cols,
                           .terms = a.cols});
}

const struct gemm ONEHOT_GEMM = {ab, atb, descend, abt};
