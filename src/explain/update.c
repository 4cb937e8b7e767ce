/* The stages from the gradient to the new parameters. */
#include "explain/builder.h"
#include "train/clip.h"

/* The norm of the gradient, and the clipped gradient. */
static void clip(struct builder *b, double bound) {
    struct tensor norm = builder_tensor(b, 1, 1), share = builder_tensor(b, 1, 1);
    bool clips = clip_coefficient(b->m, bound) < 1;
    if (b->failed)
        return;
    norm.data[0] = (real)clip_norm(b->m);
    share.data[0] = (real)clip_coefficient(b->m, bound);
    b->scope = NULL;
    builder_bind(b, "clip_norm", NULL, bound);
    builder_stage(b, STAGE_UPDATE, "clipping", "train", "clip",
                  "clip_norm, clip_coefficient, clip_scale");
    builder_add(b, "norm", norm, NULL, "the square root of the sum of all squared gradients");
    builder_add(b, "share", share, clips ? "share = clip_norm / (norm + 0.000001)" : NULL,
                "no clipping: the norm is below clip_norm");
    for (int i = 0; i < b->m->nlayers && clips; i++)
        for (int p = 0; p < b->m->layers[i].ntrained; p++) {
            const struct quantity **grad = &b->layers[i].grad[p];
            builder_bind(b, "grad", *grad, 0);
            *grad = builder_add(b, builder_text(b, "%s'", (*grad)->name),
                                builder_view(b, b->clipped, &b->m->layers[i].params[p]),
                                "clipped[i,j] = share * grad[i,j]", NULL);
        }
}

/* A state vector of the optimizer, before and after the step. */
static void add_state(struct builder *b, int v, const char *theta, const struct param *p) {
    const struct optim *o = &b->trace->training->optim;
    const char *name = o->type->formula.states[v].name, *only = o->type->formula.states[v].only;
    const char *after = builder_text(b, "%s'", name);
    if (only && builder_option(b, only) == 0) {
        builder_bind(b, after, NULL, 0);
        return;
    }
    const struct quantity *old =
        builder_add(b, builder_text(b, "%s%s", name, theta), builder_view(b, b->old_state[v], p),
                    NULL, "0 before the first step");
    builder_bind(b, name, old, 0);
    const struct quantity *new =
        builder_add(b, builder_text(b, "%s'", old->name), builder_view(b, o->state[v], p),
                    o->type->formula.states[v].update, NULL);
    builder_bind(b, after, new, 0);
}

static void update_parameter(struct builder *b, int i, int p) {
    const struct optim *o = &b->trace->training->optim;
    const struct param *param = &b->m->layers[i].params[p];
    const struct quantity *value = b->layers[i].value[p];
    builder_bind_options(b, &o->type->kind, o->options);
    builder_bind(b, "learning_rate", NULL, b->trace->update.learning_rate); /* from the schedule */
    builder_bind(b, "t", NULL, (double)b->trace->update.step);
    builder_bind(b, "theta", value, 0);
    builder_bind(b, "grad", b->layers[i].grad[p], 0);
    for (int v = 0; v < o->type->vectors && o->type->formula.states[v].name; v++)
        add_state(b, v, value->name, param);
    builder_add(b, builder_text(b, "%s'", value->name), builder_view(b, b->theta, param),
                o->type->formula.theta, "after the step");
}

void update_build(struct builder *b) {
    const char *name = b->trace->training->optim.type->kind.name;
    if (b->clipped)
        clip(b, b->trace->training->config.train.clip_norm);
    for (int i = 0; i < b->m->nlayers && !b->failed; i++) {
        const struct layer *l = &b->m->layers[i];
        if (l->ntrained == 0)
            continue;
        builder_stage(b, STAGE_UPDATE,
                      builder_text(b, "layer %d, %s: %s", i, l->type->kind.name, name), "optim",
                      name, "step");
        for (int p = 0; p < l->ntrained; p++)
            update_parameter(b, i, p);
    }
}
