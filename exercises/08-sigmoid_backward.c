/* 8. sigmoid_backward: a derivative from the output
 *
 * The sigmoid is y = 1 / (1 + e^-x), elementwise: close to 0 for very negative x, close to 1 for
 * large x. Its derivative is e^-x / (1 + e^-x)^2, which is y times e^-x / (1 + e^-x). The second
 * factor is 1 - y:
 *
 *   dx = dy y (1 - y)
 *
 * So you only need the output, and no exp. The derivative is never above 1/4, so after many
 * sigmoids little of a gradient is left.
 *
 * Given: x, y = sigmoid(x), dy, all of the same shape. Compute: dx.
 *
 * Example: x = 1, y = 0.7311, dy = 2. dx = 2 * 0.7311 * 0.2689 = 0.3932.
 *
 * Hint: one loop, one line.
 *
 * Once it passes: read src/layers/sigmoid.c. */
#include "exercise.h"

void sigmoid_backward(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx) {
    YOUR_CODE_HERE;
}
