#include "exercise.h"
#include "optim/sgd.c"

void sgd_step(real learning_rate, struct tensor grad, struct tensor theta) {
    const struct sgd plain = {0};
    real *const none[1] = {NULL};
    step(&plain, (struct update){(double)learning_rate, 1}, tensor_size(theta), grad.data,
         theta.data, none);
}
