/* The table of exercises, in teaching order. A new one is declared in grade.h and listed here. */
#include "grade.h"

#include <stddef.h>

static const struct exercise *const exercises[] = {
    &softmax_exercise,       &stable_softmax_exercise,   &cross_entropy_exercise,
    &p_minus_y_exercise,     &linear_forward_exercise,   &linear_backward_exercise,
    &relu_backward_exercise, &sigmoid_backward_exercise, &sgd_step_exercise,
    &momentum_step_exercise, &batch_gradient_exercise,
};

const struct exercise *grade_exercise(int i) {
    return i < (int)(sizeof exercises / sizeof *exercises) ? exercises[i] : NULL;
}
