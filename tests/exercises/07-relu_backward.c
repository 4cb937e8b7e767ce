#include "exercise.h"
#include "layers/relu.c"

void relu_backward(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx) {
    backward(NULL, NULL, x, y, dy, dx);
}
