#include "optim/schedule.h"

struct schedule schedule_new(struct spec choice, long long steps, int epoch) {
    double warmup_fraction = *(const double *)choice.options;
    long long warmup = (long long)(warmup_fraction * (double)steps + 0.5);
    return (struct schedule){.type = KIND_ROW(schedule_type, choice.type),
                             .options = choice.options,
                             .warmup = warmup,
                             .steps = steps - warmup,
                             .epoch = epoch};
}

double schedule_factor(const struct schedule *s, long long step) {
    if (step < s->warmup)
        return (double)(step + 1) / (double)(s->warmup + 1);
    return s->type->factor ? s->type->factor(s, step - s->warmup) : 1;
}

bool schedule_is_constant(const struct schedule *s) { return !s->type->factor && s->warmup == 0; }
