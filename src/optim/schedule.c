#include "optim/schedule.h"

struct schedule schedule_new(struct object choice, long long steps) {
    double share = *(const double *)choice.options;
    return (struct schedule){.type = schedules_find(choice.type),
                             .options = choice.options,
                             .warmup = (long long)(share * (double)steps + 0.5),
                             .steps = steps};
}

double schedule_factor(const struct schedule *s, long long step) {
    if (step < s->warmup)
        return (double)(step + 1) / (double)(s->warmup + 1);
    return s->type->factor ? s->type->factor(s->options, step - s->warmup, s->steps - s->warmup)
                           : 1;
}

bool schedule_is_constant(const struct schedule *s) {
    return !s->type->factor && s->warmup == 0;
}
