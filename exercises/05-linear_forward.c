/* 5. linear_forward: the layer that learns
 *
 * Each output is a weighted sum of all inputs, plus a constant, the bias:
 *
 *   y[n][j] = b[j] + sum_i x[n][i] w[i][j]        y = x w + b
 *
 * for every sample n and output j. All samples share w and b.
 *
 * Given: x (N x in), w (in x out), b (1 x out: b.data[j]).
 * Compute: y (N x out).
 *
 * Example: x = (1, 2), w = (0.5  -1  0), b = (0.125, 0, -1).
 *                          (0.25  1  2)
 * y = (0.125 + 0.5 + 0.5, 0 - 1 + 2, -1 + 0 + 4) = (1.125, 1, 3).
 *
 * Hint: three loops, over n, j and i. The bias belongs outside the innermost loop.
 *
 * Once it passes: read `forward` in src/layers/linear.c, and src/tensor/gemm.c, which fixes the
 * order of the sum to make its bits the same everywhere. */
#include "exercise.h"

void linear_forward(struct tensor x, struct tensor w, struct tensor b, struct tensor y) {
    YOUR_CODE_HERE;
}
