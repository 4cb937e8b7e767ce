/* linear: the learning rate falls by the same amount in every step, from 1 times
 * optimizer.learning_rate at the first one to `end` times it behind the last one:
 *
 *   factor = 1 - (1 - end) step / steps
 *
 * So the last step still moves where end is 0. Large steps go far while the gradients agree; small
 * ones, at the end, average out the noise that batches bring. */
#include "optim/schedule.h"

struct linear {
    double warmup, end;
};

static const struct key keys[] = {
    WARMUP_KEY(struct linear),
    REAL_KEY(struct linear, end, "0", 0, 1,
             "the share of the learning rate that is left behind the last step"),
    END_KEY};

static double factor(const struct schedule *s, long long step) {
    const struct linear *o = s->options;
    return 1 - (1 - o->end) * (double)step / (double)s->steps;
}

extern const struct schedule_type linear_schedule;
const struct schedule_type linear_schedule = {
    .kind = {.name = "linear",
             .help = "the learning rate falls evenly until the last step",
             .size = sizeof(struct linear),
             .keys = keys},
    .factor = factor,
};
