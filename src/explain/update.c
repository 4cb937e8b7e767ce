/* The stages from the gradient to the new parameters. */
#include "explain/trace.h"
#include "train/clip.h"

/* The norm of the gradient, and the clipped gradient. */
static void clip(struct trace *s, double bound) {
    struct tensor norm = trace_tensor(s, 1, 1), share = trace_tensor(s, 1, 1);
    bool clips = clip_coefficient(s->m, bound) < 1;
    if (s->failed)
        return;
    norm.data[0] = (real)clip_norm(s->m);
    share.data[0] = (real)clip_coefficient(s->m, bound);
    s->scope = NULL;
    trace_bind(s, "clip_norm", NULL, bound);
    trace_stage(s, STAGE_UPDATE, "clipping", "train", "clip",
                "clip_norm, clip_coefficient, clip_scale");
    trace_add(s, "norm", norm, NULL, "the square root of the sum of all squared gradients");
    trace_add(s, "share", share, clips ? "share = clip_norm / (norm + 0.000001)" : NULL,
              "no clipping: the norm is below clip_norm");
    for (int i = 0; i < s->m->nlayers && clips; i++)
        for (int p = 0; p < s->m->layers[i].ntrained; p++) {
            const struct quantity **grad = &s->layers[i].grad[p];
            trace_bind(s, "grad", *grad, 0);
            *grad = trace_add(s, trace_text(s, "%s'", (*grad)->name),
                              trace_view(s, s->clipped, &s->m->layers[i].params[p]),
                              "clipped[i,j] = share * grad[i,j]", NULL);
        }
}

/* A state vector of the optimizer, before and after the step. */
static void add_state(struct trace *s, int v, const char *theta, const struct param *p) {
    const struct optim *o = &s->training->optim;
    const char *name = o->type->formula.states[v].name, *only = o->type->formula.states[v].only;
    const char *after = trace_text(s, "%s'", name);
    if (only && trace_option(s, only) == 0) {
        trace_bind(s, after, NULL, 0);
        return;
    }
    const struct quantity *old =
        trace_add(s, trace_text(s, "%s%s", name, theta), trace_view(s, s->old_state[v], p), NULL,
                  "0 before the first step");
    trace_bind(s, name, old, 0);
    const struct quantity *new =
        trace_add(s, trace_text(s, "%s'", old->name), trace_view(s, o->state[v], p),
                  o->type->formula.states[v].update, NULL);
    trace_bind(s, after, new, 0);
}

static void update_parameter(struct trace *s, int i, int p) {
    const struct optim *o = &s->training->optim;
    const struct param *param = &s->m->layers[i].params[p];
    const struct quantity *value = s->layers[i].value[p];
    trace_bind_options(s, &o->type->kind, o->options);
    trace_bind(s, "learning_rate", NULL, s->update.learning_rate); /* from the schedule */
    trace_bind(s, "t", NULL, (double)s->update.step);
    trace_bind(s, "theta", value, 0);
    trace_bind(s, "grad", s->layers[i].grad[p], 0);
    for (int v = 0; v < o->type->vectors && o->type->formula.states[v].name; v++)
        add_state(s, v, value->name, param);
    trace_add(s, trace_text(s, "%s'", value->name), trace_view(s, s->theta, param),
              o->type->formula.theta, "after the step");
}

void update_build(struct trace *s) {
    const char *name = s->training->optim.type->kind.name;
    if (s->clipped)
        clip(s, s->training->config.train.clip_norm);
    for (int i = 0; i < s->m->nlayers && !s->failed; i++) {
        const struct layer *l = &s->m->layers[i];
        if (l->ntrained == 0)
            continue;
        trace_stage(s, STAGE_UPDATE, trace_text(s, "layer %d, %s: %s", i, l->type->kind.name, name),
                    "optim", name, "step");
        for (int p = 0; p < l->ntrained; p++)
            update_parameter(s, i, p);
    }
}
