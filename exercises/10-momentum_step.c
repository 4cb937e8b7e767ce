/* 10. momentum_step: downhill, with a memory
 *
 * In a long, narrow valley the gradient points across, and steps zigzag. A decaying sum v of past
 * gradients cancels the components that change sign from step to step, and accumulates the others:
 *
 *   v     = momentum v + grad
 *   theta = theta - learning_rate v
 *
 * With momentum 0.9, a gradient that stays the same eventually moves theta ten times as far.
 *
 * Given: learning_rate; momentum, 0 .. 1; grad (1 x n); v (1 x n), which is 0 before the first step
 * and keeps its values from one step to the next; theta (1 x n). You change v and theta.
 *
 * Example: theta = 2, v = 1, grad = 0.5, momentum = 0.9, learning_rate = 0.1. v becomes 1.4 and
 * theta 1.86. With the same gradient again, v becomes 1.76 and theta 1.684.
 *
 * Hint: compute the new v first, then theta from the new v. Apply the learning rate once.
 *
 * Once it passes: read the rest of `step` in src/optim/sgd.c, and Nesterov's variant there. */
#include "exercise.h"

void momentum_step(real learning_rate, real momentum, struct tensor grad, struct tensor v,
                   struct tensor theta) {
    YOUR_CODE_HERE;
}
