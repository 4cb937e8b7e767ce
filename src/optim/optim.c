#include "optim/optim.h"

struct optim optim_new(struct object choice, size_t n, struct arena *a) {
    struct optim o = {.options = choice.options, .n = n};
    for (int i = 0; optims_type(i); i++)
        if (optims_variant(i) == choice.type)
            o.type = optims_type(i);
    o.state = arena_alloc(a, n, (size_t)o.type->vectors * sizeof *o.state);
    return o;
}

double optim_learning_rate(const struct optim *o) {
    return *(const double *)o->options;
}

void optim_step(struct optim *o, double learning_rate, const real *grad, real *theta) {
    o->type->step(o->options, (real)learning_rate, o->n, grad, theta, o->state);
}
