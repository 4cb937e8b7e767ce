/* 7. relu_backward: the gradient passes, or it does not
 *
 * relu is y = max(x, 0), elementwise. Without it, two linear layers could do no more than
 * one. Where x > 0, y moves with x, one to one; where x < 0, y stays at 0:
 *
 *   dx = dy where x > 0, 0 elsewhere
 *
 * At x = 0 there is a kink and no derivative; like everyone else, we use 0.
 *
 * Given: x, y = max(x, 0), dy, all of the same shape. Compute: dx.
 *
 * Example: x = (-1, 0, 2, 3), y = (0, 0, 2, 3), dy = (5, 6, 7, -8). dx = (0, 0, 7, -8).
 *
 * Hint: rows do not matter here: one loop over all tensor_size(x) elements.
 *
 * Once it passes: read src/layers/relu.c, which does not need x at all. */
#include "exercise.h"

void relu_backward(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx) {
    YOUR_CODE_HERE;
}
