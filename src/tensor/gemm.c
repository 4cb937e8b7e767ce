/* The three matrix products of a linear layer, as the plain loops that define them.
 *
 * Each element of a result is a sum of products, computed as one chain of fused multiply-adds
 * (a * b + c, rounded once) in ascending index. That order is the contract of gemm.h: it makes the
 * result the same on every machine.
 *
 * These loops are the specification. The program runs faster versions of the same products:
 * gemm_tiled.c on any CPU, gemm_simd.c with vector instructions. kernel.c compares both with these
 * loops, bit for bit, whenever the program starts.
 *
 * Read after: tensor.h. Read next: layers/linear.c. */
#include "tensor/gemm.h"
#include "tensor/fma.h"

/* Forward, y = x W + b: c (n x m) = a (n x k) b (k x m) + bias (m, or NULL for 0). */
static void ab(struct tensor a, struct tensor b, const real *bias, struct tensor c) {
    for (int r = 0; r < c.rows; r++)
        for (int j = 0; j < c.cols; j++) {
            real sum = bias ? bias[j] : 0;
            for (int i = 0; i < a.cols; i++)
                sum = real_fma(tensor_row(a, r)[i], tensor_row(b, i)[j], sum);
            tensor_row(c, r)[j] = sum + 0; /* -0 becomes +0 */
        }
}

/* The gradient of the weights, dW = x^T dy: c = rows first .. first + c.rows - 1 of a^T b (k x m),
 * for a (n x k) and b (n x m). Each sum runs over the samples. */
static void atb(struct tensor a, int first, struct tensor b, struct tensor c) {
    for (int r = 0; r < c.rows; r++)
        for (int j = 0; j < c.cols; j++) {
            real sum = 0;
            for (int i = 0; i < a.rows; i++)
                sum = real_fma(tensor_row(a, i)[first + r], tensor_row(b, i)[j], sum);
            tensor_row(c, r)[j] = sum + 0;
        }
}

/* The gradient of the input, dx = dy W^T: c (n x k) = a b^T, for a (n x m) and b (k x m). */
static void abt(struct tensor a, struct tensor b, struct tensor c) {
    for (int r = 0; r < c.rows; r++)
        for (int j = 0; j < c.cols; j++) {
            real sum = 0;
            for (int i = 0; i < a.cols; i++)
                sum = real_fma(tensor_row(a, r)[i], tensor_row(b, j)[i], sum);
            tensor_row(c, r)[j] = sum + 0;
        }
}

const struct gemm gemm_plain = {.ab = ab, .atb = atb, .abt = abt};
