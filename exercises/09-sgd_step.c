/* 9. sgd_step: downhill
 *
 * theta is all parameters of the model in one row, grad the gradient of the loss by each of them.
 * The gradient says which way the loss grows; a step goes the other way, as far as the learning
 * rate says:
 *
 *   theta = theta - learning_rate grad
 *
 * Given: learning_rate; grad (1 x n); theta (1 x n), which you change in its place.
 *
 * By hand: theta = (1, 2), grad = (0.5, -1), learning_rate = 0.1. theta becomes (0.95, 2.1).
 *
 * Hint: nothing is averaged here; the 1/N is in grad already.
 *
 * When it is right: read `step` in src/optim/sgd.c, down to its first return. */
#include "exercise.h"

void sgd_step(real learning_rate, struct tensor grad, struct tensor theta) {
    YOUR_CODE_HERE;
}
