/* The table of optimizers: declare and list a new one here. */
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
    return optims_type(i) ? &optims_type(i)->kind : NULL;
}
