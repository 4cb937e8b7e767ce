/* cosine: the learning rate falls along half a wave of the cosine, slowly at first and at last,
 * from 1 times optimizer.learning_rate at the first step to `end` times it behind the last one:
 *
 *   factor = end + (1 - end) (1 + cos(pi x)) / 2,  x = step / steps
 *
 * which is the schedule of Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm
 * restarts" (equation 5), without the restarts. */
#include "optim/schedule.h"

struct cosine {
    double warmup, end;
};

static const struct key keys[] = {
    WARMUP_KEY(struct cosine),
    REAL_KEY(struct cosine, end, "0", 0, 1,
             "the share of the learning rate that is left behind the last step"),
    END_KEY};

/* sin(pi x / 2)^2 for 0 <= x <= 1/2: the Taylor series of the sine, cut behind y^15 / 15!, leaves
 * out less than (pi/4)^17 / 17! < 2^-54. */
static double sine_squared(double x) {
    double y = x * 0x1.921fb54442d18p+0, y2 = y * y;
    double sum = -1.0 / 1307674368000;
    sum = sum * y2 + 1.0 / 6227020800;
    sum = sum * y2 - 1.0 / 39916800;
    sum = sum * y2 + 1.0 / 362880;
    sum = sum * y2 - 1.0 / 5040;
    sum = sum * y2 + 1.0 / 120;
    sum = sum * y2 - 1.0 / 6;
    sum = sum * y2 + 1;
    return y * sum * (y * sum);
}

/* (1 + cos(pi x)) / 2 = cos(pi x / 2)^2 = 1 - sin(pi x / 2)^2 = sin(pi (1 - x) / 2)^2, of which
 * each half of the wave takes the one whose sine is small. So the largest error is below 2^-51. */
static double factor(const struct schedule *s, long long step) {
    const struct cosine *o = s->options;
    long long left = s->steps - step;
    double wave = step < left ? 1 - sine_squared((double)step / (double)s->steps)
                              : sine_squared((double)left / (double)s->steps);
    return o->end + (1 - o->end) * wave;
}

extern const struct schedule_type cosine_schedule;
const struct schedule_type cosine_schedule = {
    .kind = {.name = "cosine",
             .help = "the learning rate falls along half a wave of the cosine",
             .size = sizeof(struct cosine),
             .keys = keys},
    .factor = factor,
};
