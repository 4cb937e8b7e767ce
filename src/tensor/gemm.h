/* The three matrix products of a linear layer: forward, and the two of backward.
 *
 * Each element of a result is one chain of fused multiply-adds in ascending index,
 *     acc = init;  for (k = 0; k < K; k++) acc = fma(a[k], b[k], acc);  result = acc + 0
 * and nothing in it may be reordered: that is what makes results the same everywhere. Only a term
 * whose left factor is exactly zero may be left out. That changes no bit while b is finite
 * (training checks its parameters, and attention what it computes), but for the sign of a result
 * that is zero, and "+ 0" makes that positive. */
#ifndef ONEHOT_TENSOR_GEMM_H
#define ONEHOT_TENSOR_GEMM_H

#include "tensor/tensor.h"

struct gemm {
    /* c (n x m) = a (n x k) b (k x m) + bias, a vector of m added to every row, or NULL. */
    void (*ab)(struct tensor a, struct tensor b, const real *bias, struct tensor c);
    /* c = rows first .. first + c.rows - 1 of a^T b (k x m), for a (n x k) and b (n x m). */
    void (*atb)(struct tensor a, int first, struct tensor b, struct tensor c);
    /* c (n x k) = a b^T, for a (n x m) and b (k x m). */
    void (*abt)(struct tensor a, struct tensor b, struct tensor c);
};
/* c never overlaps a or b. No function allocates or fails. */

#endif
