#include "gradcheck/gradcheck.h"

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* The gradients after `steps` steps, for samples of the first epoch from `first` on. */
static int measure(struct gradcheck *g, struct training *t, int first, int n, int steps,
                   struct arena *a, struct error *e) {
    struct pass pass = {0, n, true, (uint64_t)t->config.seed, steps + 1};
    struct model *m = t->model;
    struct target y = target_rows(&m->target, 0, n);
    train_order(t, 1);
    batch_gather(&t->train, t->order + first, NULL, n, tensor_rows(m->act[0], 0, n), &y);
    return gradients_measure(&g->gradients[g->stages++], m, &pass, GRADIENTS_ELEMENTS, a, e);
}

/* The same config, with a training set so small that it can be learned by heart. */
static int overfit(struct sanity *row, const struct training *t, const struct sabotage *s,
                   struct error *e) {
    struct training small = {.config = t->config, .data = t->data, .pool = t->pool};
    struct config *c = &small.config;
    c->data.limit = c->train.batch_size = smaller(SANITY_OVERFIT, t->train.count);
    c->early_stopping.monitor = MONITOR_NONE;
    int result = prepare_training(&small, &t->data->split[TRAIN], dataset_features(t->data),
                                  t->data->classes.count, "model", e);
    small.train.teacher = t->train.teacher; /* by sample: 0 for one that t has not */
    if (result == 0 && s)
        result = sabotage_training(s, &small, &small.arena, e);
    if (result == 0)
        sanity_overfit(row, &small);
    model_free(small.model);
    arena_free(&small.arena);
    return result;
}

static void count(struct gradcheck *g) {
    for (int i = 0; i < GRADCHECK_SANITY; i++) {
        g->checks += g->sanity[i].verdict != VERDICT_NONE;
        g->wrong += g->sanity[i].verdict == VERDICT_WRONG;
    }
    for (int k = 0; k < g->stages; k++)
        for (int i = 0; i < g->gradients[k].count; i++) {
            g->checks++;
            g->wrong += g->gradients[k].rows[i].verdict == VERDICT_WRONG;
        }
}

int gradcheck_run(struct gradcheck *g, struct training *t, const struct sabotage *s,
                  struct arena *a, struct error *e) {
    struct sanity *row = g->sanity;
    bool shuffled = t->config.train.shuffle;
    int n = smaller(GRADIENTS_SAMPLES, smaller(t->config.train.batch_size, t->train.count)), steps;
    *g = (struct gradcheck){0};
    if (s)
        sabotage_data(s, t);
    if ((s && sabotage_training(s, t, a, e) != 0) || sanity_order(row++, t, shuffled, e) != 0 ||
        sanity_inputs(row++, t, e) != 0 || sanity_labels(row++, t, e) != 0 ||
        sanity_chance(row++, t, e) != 0 || measure(g, t, 0, n, 0, a, e) != 0 ||
        sanity_large(row++, t, n, e) != 0 || sanity_steps(row++, t, &steps, e) != 0)
        return -1;
    /* Other samples than before, so that nothing that was kept from them can help. */
    if (steps == SANITY_STEPS && measure(g, t, t->train.count - n, n, steps, a, e) != 0)
        return -1;
    if (overfit(row++, t, s, e) != 0)
        return -1;
    count(g);
    return 0;
}
