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

const struct variant *schedules_variant(int i) {
    const struct schedule_type *type = schedules_type(i);
    return type ? &type->row : NULL;
}

const struct schedule_type *schedules_find(const struct variant *row) {
    int i = 0;
    while (schedules_variant(i) != row)
        i++;
    return schedules_type(i);
}
