/* The table of schedules: a new one is declared and listed here. */
#include "optim/schedule.h"

extern const struct schedule_type constant_schedule, linear_schedule, step_schedule,
    exponential_schedule, cosine_schedule;

static const struct schedule_type *const types[] = {
    &constant_schedule, &linear_schedule, &step_schedule, &exponential_schedule, &cosine_schedule,
};

const struct schedule_type *schedules_type(int i) {
    return i < (int)(sizeof types / sizeof *types) ? types[i] : NULL;
}

const struct kind *schedules_kind(int i) {
    const struct schedule_type *type = schedules_type(i);
    return type ? &type->kind : NULL;
}

const struct schedule_type *schedules_find(const struct kind *row) {
    int i = 0;
    while (schedules_kind(i) != row)
        i++;
    return schedules_type(i);
}
