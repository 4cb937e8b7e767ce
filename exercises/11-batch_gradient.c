/* 11. batch_gradient: all of it, for a batch
 *
 * Softmax regression is one linear layer and the loss. You have written every part of it:
 *
 *   z  = x w + b                      forward (5)
 *   p  = softmax(z)                   row by row, stable (2)
 *   dz = (p - y) / N                  of the mean loss over the N rows (4)
 *   dw = x^T dz,  db[j] = sum_n dz[n][j]      backward (6)
 *
 * Given: x (N x in), y (N x K) one-hot, w (in x K), b (1 x K).
 * Compute: dw (in x K), db (1 x K): the gradient of the mean loss of the batch.
 *
 * Example: x = (1), y = (1  0), w = (0  0), b = (0, 0). All logits are 0, all p are 1/2, and
 *              (2)      (0  1)
 * dz = (-0.25   0.25), dw = (-0.25 + 2 * 0.25, 0.25 - 2 * 0.25) = (0.25, -0.25), db = (0, 0).
 *      ( 0.25  -0.25)
 *
 * Hint: an array of y.cols numbers can hold one sample's dz. Add its contribution to dw and db; set
 * both to 0 before the first sample. There may be more than ten classes.
 *
 * Once it passes: read src/model/model.c, which does this for any chain of layers, and then
 * src/train/train.c. */
#include "exercise.h"

void batch_gradient(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                    struct tensor dw, struct tensor db) {
    YOUR_CODE_HERE;
}
