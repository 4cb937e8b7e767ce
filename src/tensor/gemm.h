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

enum { GEMM_DESCEND = 128 };

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
};

extern const struct gemm gemm_plain; /* gemm.c: the plain loops that all others must equal */
