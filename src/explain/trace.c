#include "explain/trace.h"
#include "explain/builder.h"

#include <string.h>

const char *const stage_parts[STAGE_PARTS] = {"forward", "loss", "backward", "update"};

/* Copies as many numbers as there are parameters. */
static const real *copy(struct builder *b, const real *from) {
    real *to = builder_alloc(b, b->m->nparams, sizeof *to);
    return to ? memcpy(to, from, b->m->nparams * sizeof *to) : NULL;
}

/* Runs the trainer's step, then restores theta to its state before the update, and computes grad
 * again, which a step keeps only for clipping, and then clips. */
static void take_step(struct builder *b, struct training *t) {
    struct trace *s = b->trace;
    struct model *m = b->m;
    double sum = 0;
    const real *before = copy(b, m->theta);
    for (int v = 0; v < t->optim.type->vectors; v++)
        b->old_state[v] = copy(b, t->optim.state[v]);
    if (b->failed)
        return;
    train_step(t, s->update, 0, s->n, &sum);
    s->loss = sum / s->n;
    b->theta = copy(b, m->theta);
    memcpy(m->theta, before, m->nparams * sizeof *before);
    if (t->config.train.clip_norm > 0)
        b->clipped = copy(b, m->grad);
    model_gradients(m, s->n);
}

int trace_step(struct trace *s, struct training *t, int n, struct error *e) {
    double factor = t->config.train.epochs > 0 ? schedule_factor(&t->schedule, 0) : 1;
    *s = (struct trace){
        .training = t, .n = n, .update = {optim_learning_rate(&t->optim) * factor, 1}};
    struct builder b = {.trace = s, .m = t->model, .spare = {.name = ""}};
    s->samples = builder_alloc(&b, (size_t)n, sizeof *s->samples);
    b.layers = builder_alloc(&b, (size_t)t->model->nlayers + 1, sizeof *b.layers);
    if (!b.failed)
        take_step(&b, t);
    if (!b.failed) {
        memcpy(s->samples, t->order, (size_t)n * sizeof *s->samples);
        pass_build(&b);
    }
    if (!b.failed)
        update_build(&b);
    return b.failed ? error_memory(e, "the step") : 0;
}
