/* The table of optimizers: declare and list a new one here. */
#include "optim/optim.h"

extern const struct optim_type sgd_optim, adamw_optim;

const struct kind *const optims_kinds[] = {
    &sgd_optim.kind,
    &adamw_optim.kind,
    NULL,
};
