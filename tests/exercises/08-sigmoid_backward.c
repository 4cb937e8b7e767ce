#include "exercise.h"
#include "layers/sigmoid.c"

void sigmoid_backward(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx) {
    backward(NULL, NULL, x, y, dy, dx);
}
