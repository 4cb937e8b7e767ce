#include "exercise.h"
#include "optim/sgd.c"

void momentum_step(real learning_rate, real momentum, struct tensor grad, struct tensor v,
                   struct tensor theta) {
    const struct sgd with = {.momentum = (double)momentum};
    real *const state[1] = {v.data};
    step(&with, (struct update){(double)learning_rate, 1}, tensor_size(theta), grad.data,
         theta.data, state);
}
