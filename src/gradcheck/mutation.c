#include "base/rng.h"
#include "gradcheck/gradcheck.h"

/* What the training lacks for the mutation, or NULL. */
static const char *lacks(const struct mutation *m, const struct training *t) {
    int layers = 0, with_parameters = 0, inputs = 0;
    for (int i = 0; i < t->model->nlayers; i++) {
        const struct layer *l = &t->model->layers[i];
        layers +=
            m->layer && strcmp(l->type->kind.name, m->layer) == 0 && l->ntrained == l->nparams;
        with_parameters += l->nparams > 0;
        inputs = l->nparams > 0 && l->in > inputs ? l->in : inputs;
    }
    const char *loss = t->model->loss.type->kind.name;
    const struct {
        unsigned need;
        bool met;
        const char *what;
    } needs[] = {
        {NEEDS_SOFTMAX, strcmp(loss, "softmax_cross_entropy") == 0, "softmax_cross_entropy"},
        {NEEDS_HIDDEN, with_parameters > 1, "a hidden layer"},
        {NEEDS_NEW, !t->config.start_from.path[0], "initial weights"},
        {NEEDS_WIDE, inputs >= 16, "a layer with 16 inputs"},
        {NEEDS_BATCHES, t->model->rows > 1, "batches"},
        {NEEDS_IMAGES, t->train.split->pixels, "images"},
        {NEEDS_SHUFFLED, t->config.train.shuffle && t->train.count >= GRADCHECK_ORDER,
         "shuffled samples"},
        {NEEDS_SAMPLES, t->train.count >= GRADCHECK_LABELS, "enough samples"},
    };
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if ((m->needs & needs[i].need) && !needs[i].met)
            return needs[i].what;
    return m->layer && layers == 0 ? m->layer : NULL;
}

int mutation_choose(const char *name, const struct training *t, const struct mutation **m,
                    struct error *e) {
    struct rng r = rng_stream((uint64_t)t->config.seed, RNG_CHECK, 2);
    uint32_t i = 0; /* the row of that name, or the last one, which has none */
    while (mutations_table[i].name && strcmp(mutations_table[i].name, name) != 0)
        i++;
    *m = &mutations_table[i];
    if (strcmp(name, "random") == 0)
        do
            *m = &mutations_table[rng_below(&r, i)];
        while (lacks(*m, t));
    if (!(*m)->name)
        return error_input(e,
                           "onehot gradcheck: --sabotage does not know \"%s\"; --sabotage list "
                           "prints the names",
                           name);
    if (lacks(*m, t))
        return error_input(
            e, "onehot gradcheck: --sabotage %s needs %s, which this config does not have",
            (*m)->name, lacks(*m, t));
    return 0;
}

static void plant_in_layer(const struct mutation *m, struct layer *l, int rows, struct arena *a) {
    struct mutated_layer *w = arena_alloc(a, 1, sizeof *w);
    real *x = arena_alloc(a, (size_t)rows, (size_t)l->in * sizeof *x);
    const struct layer_type *right = l->type, *wrong = &m->functions;
    if (a->failed)
        return;
    *w = (struct mutated_layer){*right, right, {x, rows, l->in}};
    w->type.forward = wrong->forward ? wrong->forward : right->forward;
    w->type.backward = wrong->backward ? wrong->backward : right->backward;
    w->type.gradient = wrong->gradient ? wrong->gradient : right->gradient;
    w->type.descend = NULL; /* it would bypass the mutation */
    l->type = &w->type;
}

/* A loss's type, and its options, while a mutation is planted in it. */
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

int mutation_plant(const struct mutation *m, struct training *t, struct error *e) {
    struct arena *a = &t->arena;
    struct loss *l = &t->model->loss;
    struct mutated_loss *loss = arena_alloc(a, 1, sizeof *loss);
    struct optim_type *optim = arena_alloc(a, 1, sizeof *optim);
    for (int i = 0; i < t->model->nlayers && m->layer; i++)
        if (strcmp(t->model->layers[i].type->kind.name, m->layer) == 0)
            plant_in_layer(m, &t->model->layers[i], t->model->rows, a);
    if (a->failed)
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
