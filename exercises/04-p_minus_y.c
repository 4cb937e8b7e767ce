/* 4. p_minus_y: where backpropagation starts
 *
 * How does the loss change with each logit? For one sample, loss = log sum_k e^z_k - z_label, and
 *
 *   d loss / d z_j = e^z_j / sum_k e^z_k - y_j = p_j - y_j
 *
 * This already includes the derivative of softmax, and contains no exp and no division that could
 * fail. A batch's loss is the mean over its N samples, so each counts 1/N:
 *
 *   dz = (p - y) / N
 *
 * Given: p (rows x K), the probabilities; y (rows x K), one-hot; batch, the N of the mean. Usually
 * batch is p.rows, but if several threads share a batch, each has only some of its rows.
 * Compute: dz (rows x K). Like every gradient here it is +dL/dz, and points uphill.
 *
 * Example: p = (0.0900, 0.2447, 0.6652), label 1, so y = (0, 1, 0); batch = 2.
 * dz = (0.0450, -0.3776, 0.3326). It sums to 0: if one logit gains, the others lose.
 *
 * Hint: int / int is an integer in C; a real divided by an int is fine.
 *
 * Once it passes: read `backward` in src/losses/softmax_cross_entropy.c. */
#include "exercise.h"

void p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz) {
    YOUR_CODE_HERE;
}
