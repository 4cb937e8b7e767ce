#include "exercise.h"
#include "losses/softmax_cross_entropy.c"

void cross_entropy(struct tensor z, struct tensor y, struct tensor loss) {
    const struct softmax_cross_entropy plain = {.temperature = 1};
    real p[3000];
    forward(&plain, true, z, &(struct target){.y = y}, (struct tensor){p, z.rows, z.cols},
            loss.data);
}
