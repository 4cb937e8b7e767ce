#include "explain/trace.h"

/* Copies a vector as long as theta. */
static const real *copy(struct trace *s, const real *from) {
    real *to = arena_alloc(&s->arena, s->m->nparams, sizeof *to);
    return to ? memcpy(to, from, s->m->nparams * sizeof *to) : NULL;
}

int trace_step(struct trace *s, struct training *t, int n, struct error *e) {
    struct model *m = t->model;
    long long step = (long long)t->at.epochs * t->steps + t->at.steps;
    bool scheduled = t->at.epochs < t->config.train.epochs;
    double sum = 0, factor = scheduled ? schedule_factor(&t->schedule, step) : 1;
    *s = (struct trace){.training = t,
                        .n = n,
                        .update = {optim_learning_rate(&t->optim) * factor, step + 1},
                        .m = m,
                        .spare = {.name = ""}};
    const real *before = copy(s, m->theta);
    for (int v = 0; v < t->optim.type->vectors; v++)
        s->old_state[v] = copy(s, t->optim.state[v]);
    if (s->arena.failed)
        return error_memory(e, "the step");
    train_step(t, s->update, 0, n, &sum);
    s->loss = sum / n;
    s->theta = copy(s, m->theta);
    memcpy(m->theta, before, m->nparams * sizeof *before);
    if (t->config.train.clip_norm > 0)
        s->clipped = copy(s, m->grad);
    model_gradients(m, n); /* a step clips or does not store them */
    stages_build(s);
    return s->arena.failed ? error_memory(e, "the step") : 0;
}

void trace_free(struct trace *s) { arena_free(&s->arena); }
