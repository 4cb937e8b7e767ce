#include "exercise.h"
#include "layers/linear.c"

void linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                     struct tensor dw, struct tensor db) {
    const struct layer l = {.params = {{.value = w}}};
    backward(&l, NULL, x, dy, dy, dx);
    gradient(&l, WEIGHT, x, dy, 0, dw);
    gradient(&l, BIAS, x, dy, 0, db);
}
