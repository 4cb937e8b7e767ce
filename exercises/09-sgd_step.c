/* 9. sgd_step: downhill
 *
 * theta holds all parameters of the model in one row; grad is the gradient of the loss with respect
 * to them. The gradient points in the direction in which the loss grows; a step goes the other way,
 * scaled by the learning rate:
 *
 *   theta = theta - learning_rate grad
 *
 * Given: learning_rate; grad (1 x n); theta (1 x n), which you change in place.
 *
 * Example: theta = (1, 2), grad = (0.5, -1), learning_rate = 0.1. theta becomes (0.95, 2.1).
 *
 * Hint: do not take a mean here; the 1/N is already in grad.
 *
 * Once it passes: read `step` in src/optim/sgd.c, down to its first return. */
#include "exercise.h"

void sgd_step(real learning_rate, struct tensor grad, struct tensor theta) {
    YOUR_CODE_HERE;
}
