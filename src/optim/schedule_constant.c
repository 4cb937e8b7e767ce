/* constant: every step at optimizer.learning_rate, but for those of the warm-up. */
#include "optim/schedule.h"

struct constant {
    double warmup;
};

static const struct key keys[] = {WARMUP_KEY(struct constant), END_KEY};

extern const struct schedule_type constant_schedule;
const struct schedule_type constant_schedule = {
    .kind = {.name = "constant",
             .help = "the learning rate stays as it is",
             .size = sizeof(struct constant),
             .keys = keys},
};
