/* step: the learning rate falls to `factor` of itself whenever `every` epochs have passed:
 *
 *   factor = o.factor^(epochs passed / every, rounded down)
 *
 * like torch.optim.lr_scheduler.StepLR; with every 1, like its ExponentialLR. Epochs are counted
 * from the end of the warm-up. */
#include "optim/schedule.h"
#include "tensor/vmath.h"

struct step {
    double warmup, factor;
    int every;
};

static const struct key keys[] = {
    WARMUP_KEY(struct step),
    INT_KEY(struct step, every, NULL, 1, KEY_INT_MAX, "epochs from one fall to the next"),
    POSITIVE_KEY(struct step, factor, "0.1", 1,
                 "the share of the learning rate that a fall leaves"),
    END_KEY};

static double factor(const struct schedule *s, long long step) {
    const struct step *o = s->options;
    return vmath_power(o->factor, (double)(step / s->epoch / o->every));
}

extern const struct schedule_type step_schedule;
const struct schedule_type step_schedule = {
    .kind = {.name = "step",
             .help = "the learning rate falls at once, every so many epochs",
             .size = sizeof(struct step),
             .keys = keys},
    .factor = factor,
};
