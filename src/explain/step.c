#include "explain/step.h"
#include "explain/equations.h"
#include "explain/maker.h"

#include <string.h>

const char *const stage_parts[STAGE_PARTS] = {"forward", "loss", "backward", "update"};

/* The trainer's step; then theta and grad go back to what they were before the update and before
 * clipping. */
static void take_step(struct maker *k, struct training *t) {
    struct step_shown *s = k->s;
    struct model *m = t->model;
    double sum = 0;
    const real *theta = maker_copy(k, m->theta, m->nparams);
    for (int v = 0; v < t->optim.type->vectors; v++)
        k->old_state[v] = maker_copy(k, t->optim.state[v], m->nparams);
    if (k->failed)
        return;
    train_step(t, s->update, 0, s->n, &sum);
    s->loss = sum / s->n;
    s->new_theta = maker_copy(k, m->theta, m->nparams);
    memcpy(m->theta, theta, m->nparams * sizeof *theta);
    if (t->config.train.clip_norm > 0) {
        k->clipped = maker_copy(k, m->grad, m->nparams);
        for (int i = 0; i < m->nblocks; i++)
            model_gradient(m, s->n, &m->blocks[i]);
    }
}

static void allocate(struct maker *k) {
    struct step_shown *s = k->s;
    size_t layers = (size_t)k->m->nlayers;
    s->quantities = maker_take(k, 8 + layers * (4 + LAYER_PARAMS * (4 + 2 * OPTIM_VECTORS)),
                               sizeof *s->quantities);
    s->stages = maker_take(k, 5 + 3 * layers, sizeof *s->stages);
    s->samples = maker_take(k, (size_t)s->n, sizeof *s->samples);
    k->act = maker_take(k, layers + 1, sizeof *k->act);
    k->delta = maker_take(k, layers + 1, sizeof *k->delta);
    k->value = maker_take(k, layers * LAYER_PARAMS, sizeof *k->value);
    k->grad = maker_take(k, layers * LAYER_PARAMS, sizeof *k->grad);
    k->mask = maker_take(k, layers, sizeof *k->mask);
}

/* A test finds a row that is missing before a user does. */
static int check_formulas(const struct training *t, struct error *e) {
    const struct model *m = t->model;
    const char *missing = NULL;
    bool one_output = m->act[m->nlayers].cols < m->p.cols;
    for (int i = 0; i < m->nlayers; i++)
        if (!equations_layer(m->layers[i].type->kind.name))
            missing = m->layers[i].type->kind.name;
    if (!equations_loss(m->loss.type->kind.name, one_output))
        missing = m->loss.type->kind.name;
    if (!equations_optim(t->optim.type->kind.name))
        missing = t->optim.type->kind.name;
    return missing ? error_run(e, "explain/equations.c has no formulas for \"%s\"", missing) : 0;
}

int step_show(struct step_shown *s, struct training *t, int n, struct error *e) {
    double factor = t->config.train.epochs > 0 ? schedule_factor(&t->schedule, 0) : 1;
    *s = (struct step_shown){.training = t, .n = n};
    if (check_formulas(t, e) != 0)
        return -1;
    s->update = (struct update){optim_learning_rate(&t->optim) * factor, 1};
    struct maker k = {.s = s, .m = t->model};
    allocate(&k);
    if (!k.failed)
        take_step(&k, t);
    if (k.failed)
        return error_memory(e, "the step");
    memcpy(s->samples, t->order, (size_t)n * sizeof *s->samples);
    pass_show(&k);
    if (!k.failed)
        update_show(&k);
    return k.failed ? error_memory(e, "the step") : 0;
}

void step_free(struct step_shown *s) {
    arena_free(&s->arena);
}

const struct stage *step_stage(const struct step_shown *s, const struct quantity *q) {
    int i = (int)(q - s->quantities), k = 0;
    while (i >= s->stages[k].first + s->stages[k].count)
        k++;
    return &s->stages[k];
}

const struct quantity *step_find(const struct step_shown *s, const char *name) {
    for (int i = 0; i < s->nquantities; i++)
        if (strcmp(s->quantities[i].name, name) == 0)
            return &s->quantities[i];
    return NULL;
}
