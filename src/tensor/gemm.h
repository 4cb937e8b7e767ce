/* The three matrix products of a linear layer: forward, and the two of backward.
 *
 * Each element of a result is one chain of fused multiply-adds in ascending index,
 *
 *     acc = init;  for (k = 0; k < K; k++) acc = fma(a[k], b[k], acc);  result = acc + 0
 *
 * and no implementation may reorder it: that is why results are the same everywhere. A term may be
 * skipped only if its left factor is exactly zero. As long as b is finite (training checks its
 * parameters, and attention its queries, keys and values), skipping changes no bit except the sign
 * of a zero result, which "+ 0" makes positive. */
#pragma once

#include "tensor/tensor.h"

enum { GEMM_DESCEND = 128, GEMM_FEW = 16, GEMM_PAIR = 1024, GEMM_GROUP = 16 };

/* Two rows of a matrix of pixels, or its last one: a list, in ascending order, of the columns where
 * either has a pixel that is not 0. In products, one load or store serves both rows. */
struct pair {
    int rows;                 /* 1 or 2 */
    const uint8_t *pixels[2]; /* [rows] */
    const uint8_t *ahead[2];  /* [rows]: what is listed next, to be fetched; or NULL */
    const real *value;        /* [256]: the number that a pixel stands for; [0] is 0 */
    int count;                /* of entries */
    uint16_t starts[GEMM_PAIR / GEMM_GROUP + 1]; /* each group of columns' first entry; the end */
    uint32_t entries[GEMM_PAIR]; /* column * GEMM_FEW << 16 | second pixel << 8 | first pixel */
};

/* c never overlaps a or b. No function allocates or fails. */
struct gemm {
    /* c (n x m) = a (n x k) b (k x m) + bias, a vector of m added to every row, or NULL. */
    void (*ab)(struct tensor a, struct tensor b, const real *bias, struct tensor c);
    /* c = rows first .. first + c.rows - 1 of a^T b (k x m), for a (n x k) and b (n x m). */
    void (*atb)(struct tensor a, int first, struct tensor b, struct tensor c);
    /* c (n x k) = a b^T, for a (n x m) and b (k x m). */
    void (*abt)(struct tensor a, struct tensor b, struct tensor c);
    /* c -= rate (a^T b), for the rows of atb, where n is at most GEMM_DESCEND. The elements of a^T
     * b are those of atb; their product with rate is rounded, then the difference. NULL if that is
     * not faster than atb and a loop. */
    void (*descend)(struct tensor a, int first, struct tensor b, real rate, struct tensor c);

    /* Lists the pair's pixels, `cols` in each row, a multiple of GEMM_GROUP and at most GEMM_PAIR:
     * sets count, starts and entries. */
    void (*pair)(struct pair *p, int cols);
    /* ab, and atb (with a rate, descend), for such a matrix; each pair lies at the index of its
     * first row. b has at most GEMM_FEW columns. All three are NULL if that is not faster. */
    void (*pairs_ab)(const struct pair *a, struct tensor b, const real *bias, struct tensor c);
    void (*pairs_atb)(const struct pair *a, int first, struct tensor b, real rate, struct tensor c);
};

extern const struct gemm gemm_plain; /* gemm.c: the plain loops that all others must equal */
