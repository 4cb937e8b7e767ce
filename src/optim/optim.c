#include "optim/optim.h"

int optim_new(struct optim *o, struct spec choice, size_t n, struct arena *a, struct error *e) {
    *o = (struct optim){.type = KIND_ROW(optim_type, choice.type), .options = choice.options};
    for (int i = 0; i < o->type->vectors; i++) {
        o->state[i] = arena_alloc(a, n, sizeof(real));
        if (!o->state[i])
            return error_memory(e, "the optimizer");
    }
    return 0;
}

double optim_learning_rate(const struct optim *o) { return *(const double *)o->options; }

bool optim_is_descent(const struct optim *o) {
    return o->type->is_descent && o->type->is_descent(o->options);
}

void optim_step(const struct optim *o, struct update update, size_t first, size_t n,
                const real *grad, real *theta) {
    real *state[OPTIM_VECTORS] = {NULL};
    for (int i = 0; i < o->type->vectors; i++)
        state[i] = o->state[i] + first;
    o->type->step(o->options, update, n, grad + first, theta + first, state);
}
