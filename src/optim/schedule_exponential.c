/* exponential: the learning rate falls by the same share of itself in every step, from 1 times
 * optimizer.learning_rate at the first one to `end` times it behind the last one:
 *
 *   factor = end^(step / steps)
 *
 * So it spends as many steps on each order of magnitude. A share an epoch, as torch's ExponentialLR
 * has it, is a step schedule with every 1. */
#include "optim/schedule.h"
#include "tensor/vmath.h"

struct exponential {
    double warmup, end;
};

static const struct key keys[] = {
    WARMUP_KEY(struct exponential),
    POSITIVE_KEY(struct exponential, end, "0.01", 1,
                 "the share of the learning rate that is left behind the last step"),
    END_KEY};

static double factor(const struct schedule *s, long long step) {
    const struct exponential *o = s->options;
    return vmath_power(o->end, (double)step / (double)s->steps);
}

extern const struct schedule_type exponential_schedule;
const struct schedule_type exponential_schedule = {
    .kind = {.name = "exponential",
             .help = "the learning rate falls by the same share in every step",
             .size = sizeof(struct exponential),
             .keys = keys},
    .factor = factor,
};
