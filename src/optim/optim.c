#include "optim/optim.h"

struct optim optim_new(struct object choice, size_t n, struct arena *a) {
    struct optim o = {.type = optims_find(choice.type), .options = choice.options, .n = n};
    o.state = arena_alloc(a, n, (size_t)o.type->vectors * sizeof *o.state);
    return o;
}

double optim_learning_rate(const struct optim *o) {
    return *(const double *)o->options;
}

void optim_step(struct optim *o, double learning_rate, const real *grad, real *theta) {
    o->type->step(o->options, (real)learning_rate, o->n, grad, theta, o->state);
}
