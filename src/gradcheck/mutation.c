#include "gradcheck/mutation.h"
#include "base/rng.h"
#include "gradcheck/gradcheck.h"

#include <string.h>

/* Describes what the training lacks for the mutation, or NULL. */
static const char *lacks(const struct mutation *m, const struct training *t) {
    enum { WIDE = 16 };
    int layers = 0, with_parameters = 0, inputs = 0;
    for (int i = 0; i < t->model->nlayers; i++) {
        const struct layer *l = &t->model->layers[i];
        layers +=
            m->layer && strcmp(l->type->kind.name, m->layer) == 0 && l->ntrained == l->nparams;
        with_parameters += l->nparams > 0;
        if (l->nparams > 0 && l->in > inputs)
            inputs = l->in;
    }
    const struct {
        bool lacks;
        const char *what;
    } needs[] = {
        {m->layer && layers == 0, m->layer},
        {m->loss && strcmp(t->model->loss.type->kind.name, m->loss) != 0, m->loss},
        {m->hidden_layer && with_parameters < 2, "hidden layer"},
        {m->new_model && t->config.start_from.path[0], "initial weights"},
        {m->wide_layer && inputs < WIDE, "a layer of 16 inputs"},
        {m->batches && t->model->rows < 2, "batches"},
        {m->pictures && !t->train.split->pixels, "pictures"},
        {m->shuffled && (!t->config.train.shuffle || t->train.count < GRADCHECK_ORDER),
         "shuffled samples"},
        {t->train.count < m->samples, "enough samples"},
    };
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].lacks)
            return needs[i].what;
    return NULL;
}

int mutation_choose(const char *name, const struct training *t, const struct mutation **m,
                    struct error *e) {
    struct rng r = rng_stream((uint64_t)t->config.seed, RNG_CHECK, 2);
    const struct mutation *table = mutations_table;
    uint32_t i = 0; /* the row of that name, or the last one, which has none */
    while (table[i].name && strcmp(table[i].name, name) != 0)
        i++;
    *m = &table[i];
    if (strcmp(name, "random") == 0)
        do
            *m = &table[rng_below(&r, i)];
        while (lacks(*m, t));
    if (!(*m)->name)
        return error_input(e,
                           "onehot gradcheck: --sabotage does not know \"%s\"; --sabotage list "
                           "prints the names",
                           name);
    const char *what = lacks(*m, t);
    return what ? error_input(e,
                              "onehot gradcheck: --sabotage %s needs %s, which this config "
                              "does not have",
                              (*m)->name, what)
                : 0;
}

/* ---- planting ---- */

static int plant_in_layer(const struct mutation *m, struct layer *l, int rows, struct arena *a) {
    struct mutated_layer *w = arena_alloc(a, 1, sizeof *w);
    real *x = arena_alloc(a, (size_t)rows, (size_t)l->in * sizeof *x);
    if (!w || !x)
        return -1;
    const struct layer_type *right = l->type, *wrong = &m->functions;
    *w = (struct mutated_layer){*right, right, {x, rows, l->in}};
    w->type.forward = wrong->forward ? wrong->forward : right->forward;
    w->type.backward = wrong->backward ? wrong->backward : right->backward;
    w->type.gradient = wrong->gradient ? wrong->gradient : right->gradient;
    w->type.descend = NULL; /* or the mutation would be passed by */
    l->type = &w->type;
    return 0;
}

/* The type of a loss, and its options, while a mutation is planted in it. */
struct mutated_loss {
    struct loss_type type;
    const struct mutation *mutation;
    struct loss right; /* the correct one */
    double temperature;
};

static void mutated_forward(const void *options, bool training, struct tensor z,
                            const struct target *t, struct tensor p, real *losses) {
    const struct mutated_loss *l = options;
    l->right.type->forward(l->right.options, training, z, t, p, losses);
    if (l->mutation->loss_forward)
        l->mutation->loss_forward(l->temperature, z, t, p, losses);
}

static void mutated_backward(const void *options, struct tensor z, struct tensor p,
                             const struct target *t, int batch, struct tensor dz) {
    const struct mutated_loss *l = options;
    l->right.type->backward(l->right.options, z, p, t, batch, dz);
    if (l->mutation->loss_backward)
        l->mutation->loss_backward(p, batch, dz);
}

int mutation_plant(const struct mutation *m, struct training *t, struct arena *a, struct error *e) {
    struct loss *l = &t->model->loss;
    struct mutated_loss *loss = arena_alloc(a, 1, sizeof *loss);
    struct optim_type *optim = arena_alloc(a, 1, sizeof *optim);
    bool failed = !loss || !optim;
    for (int i = 0; i < t->model->nlayers && !failed; i++) {
        struct layer *layer = &t->model->layers[i];
        if (m->layer && strcmp(layer->type->kind.name, m->layer) == 0)
            failed = plant_in_layer(m, layer, t->model->rows, a) != 0;
    }
    if (failed)
        return error_memory(e, "the sabotage");
    const double *temperature = loss_temperature(&t->config.loss);
    *loss = (struct mutated_loss){*l->type, m, *l, temperature ? *temperature : 1};
    loss->type.forward = mutated_forward;
    loss->type.backward = mutated_backward;
    l->type = &loss->type;
    l->options = loss;
    *optim = *t->optim.type;
    if (m->step) {
        optim->step = m->step;
        optim->is_descent = NULL;
    }
    t->optim.type = optim;
    if (m->training)
        m->training(t);
    return 0;
}
