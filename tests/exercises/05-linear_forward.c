#include "exercise.h"
#include "layers/linear.c"

void linear_forward(struct tensor x, struct tensor w, struct tensor b, struct tensor y) {
    const struct layer l = {.params = {{.value = w}, {.value = b}}};
    forward(&l, NULL, x, y);
}
