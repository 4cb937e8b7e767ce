#include "exercise.h"
#include "losses/softmax_cross_entropy.c"

void p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz) {
    const struct softmax_cross_entropy plain = {.temperature = 1};
    backward(&plain, p, p, &(struct target){.y = y}, batch, dz);
}
