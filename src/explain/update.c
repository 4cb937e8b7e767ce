/* The stages from the gradient to the new parameters. */
#include "explain/equations.h"
#include "explain/maker.h"
#include "train/clip.h"

#include <string.h>

/* The length of the gradient, and what clipping leaves of it. */
static void clip(struct maker *k, double bound) {
    double share = clip_coefficient(k->m, bound);
    struct tensor norm = {maker_take(k, 1, sizeof(real)), 1, 1},
                  left = {maker_take(k, 1, sizeof(real)), 1, 1};
    if (k->failed)
        return;
    norm.data[0] = (real)clip_norm(k->m);
    left.data[0] = (real)share;
    k->bound = 0;
    maker_bind(k, "clip_norm", NULL, bound);
    maker_stage(k, STAGE_UPDATE, -1, "clipping",
                "src/train/clip.c: clip_norm, clip_coefficient, clip_scale");
    maker_bind(k, "norm",
               maker_add(k, "norm", norm, "the root of the sum of the squares of all gradients"),
               0);
    maker_bind(k, "share",
               maker_add(k, "share", left,
                         share < 1 ? "share = clip_norm / (norm + 0.000001)"
                                   : "no clipping: the norm is below clip_norm"),
               0);
    for (int i = 0; i < k->m->nlayers * LAYER_PARAMS && share < 1; i++)
        if (k->value[i]) {
            const struct param *p = &k->m->layers[i / LAYER_PARAMS].params[i % LAYER_PARAMS];
            maker_bind(k, "grad", k->grad[i], 0);
            k->grad[i] =
                maker_add(k, maker_string(k, "%s'", k->grad[i]->name), maker_view(k, k->clipped, p),
                          "clipped[i,j] = share * grad[i,j]");
            k->bound--;
        }
}

static void update_parameter(struct maker *k, int i, int p) {
    const struct optim *o = &k->s->training->optim;
    const struct equations_optim *row = equations_optim(o->type->kind.name);
    const struct param *param = &k->m->layers[i].params[p];
    const struct quantity *value = k->value[i * LAYER_PARAMS + p];
    maker_bind_options(k, &o->type->kind, o->options);
    for (int b = 0; b < k->bound; b++)
        if (strcmp(k->scope[b].name, "learning_rate") == 0) /* after the schedule */
            k->scope[b].number = k->s->update.learning_rate;
    maker_bind(k, "t", NULL, (double)k->s->update.step);
    maker_bind(k, "theta", value, 0);
    maker_bind(k, "grad", k->grad[i * LAYER_PARAMS + p], 0);
    for (int v = 0; v < o->type->vectors && row->states[v].name; v++) {
        const char *name = row->states[v].name, *after = maker_string(k, "%s'", name);
        if (row->states[v].only && maker_option(k, row->states[v].only) == 0) {
            maker_bind(k, after, NULL, 0);
            continue;
        }
        maker_bind(k, name,
                   maker_add(k, maker_string(k, "%s%s", name, value->name),
                             maker_view(k, k->old_state[v], param), "0 before the first step"),
                   0);
        maker_bind(k, after,
                   maker_add(k, maker_string(k, "%s%s'", name, value->name),
                             maker_view(k, o->state[v], param), row->states[v].update),
                   0);
    }
    maker_add(k, maker_string(k, "%s'", value->name), maker_view(k, k->s->new_theta, param),
              row->theta);
}

void update_show(struct maker *k) {
    const char *name = k->s->training->optim.type->kind.name;
    if (k->clipped)
        clip(k, k->s->training->config.train.clip_norm);
    for (int i = 0; i < k->m->nlayers && !k->failed; i++) {
        const struct layer *l = &k->m->layers[i];
        if (l->nparams == 0)
            continue;
        maker_stage(k, STAGE_UPDATE, i,
                    maker_string(k, "layer %d, %s: %s", i, l->type->kind.name, name),
                    maker_source(k, "optim", name, "step"));
        for (int p = 0; p < l->nparams; p++)
            update_parameter(k, i, p);
    }
}
