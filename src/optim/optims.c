/* The table of optimizers: a new one is declared and listed here. */
#include "optim/optim.h"

extern const struct optim_type sgd_optim, adamw_optim;

static const struct optim_type *const types[] = {
    &sgd_optim,
    &adamw_optim,
};

const struct optim_type *optims_type(int i) {
    return i < (int)(sizeof types / sizeof *types) ? types[i] : NULL;
}

const struct kind *optims_kind(int i) {
    const struct optim_type *type = optims_type(i);
    return type ? &type->kind : NULL;
}

const struct optim_type *optims_find(const struct kind *row) {
    int i = 0;
    while (optims_kind(i) != row)
        i++;
    return optims_type(i);
}
