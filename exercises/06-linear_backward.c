/* 6. linear_backward: its three gradients
 *
 * You are given dy, which is dL/dy: how the loss changes with each output. A weight w[i][j] and a
 * bias b[j] affect output j of every sample; an input x[n][i] affects every output of its sample.
 * The chain rule multiplies along each path, and sums over all paths:
 *
 *   dw[i][j] = sum_n x[n][i] dy[n][j]        dw = x^T dy
 *   db[j]    = sum_n dy[n][j]
 *   dx[n][i] = sum_j dy[n][j] w[i][j]        dx = dy w^T
 *
 * Given: x (N x in), w (in x out), dy (N x out).
 * Compute: dx (N x in), dw (in x out), db (1 x out). A gradient has the shape of the tensor it
 * belongs to. The 1/N of the mean is already in dy. The outputs contain garbage at first.
 *
 * Example: x = (1  2), w = ( 0.5), dy = ( 0.1).
 *              (3  4)      (-1  )       (-0.2)
 * dx = ( 0.05  -0.1), dw = (1 * 0.1 - 3 * 0.2, 2 * 0.1 - 4 * 0.2) = (-0.5, -0.6), db = (-0.1).
 *      (-0.1    0.2)
 *
 * Hint: set all three to 0 first. Then one nest of three loops can compute dw and dx; db needs two
 * loops.
 *
 * Once it passes: read `backward` and `gradient` in src/layers/linear.c. */
#include "exercise.h"

void linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                     struct tensor dw, struct tensor db) {
    YOUR_CODE_HERE;
}
