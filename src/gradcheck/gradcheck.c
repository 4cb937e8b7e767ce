#include "gradcheck/gradcheck.h"

static int min(int a, int b) {
    return a < b ? a : b;
}

/* Checks the gradients, after `steps` steps of training, for n samples of the first epoch's order,
 * from `first` on. */
static int check_gradients(struct gradcheck *g, struct training *t, int first, int n, int steps,
                           struct arena *a, struct error *e) {
    struct pass pass = {0, n, true, (uint64_t)t->config.seed, steps + 1};
    struct model *m = t->model;
    struct target y = target_rows(&m->target, 0, n);
    train_order(t, 1);
    batch_gather(&t->train, t->order + first, NULL, n, tensor_rows(m->act[0], 0, n), &y);
    return gradients_check(&g->gradients[g->stages++], m, &pass, GRADIENTS_ELEMENTS, a, e);
}

/* A new training with the same config, but a training set small enough to memorise. */
static int overfit(struct sanity *row, const struct training *t, const struct mutation *m,
                   struct error *e) {
    struct training small = {.config = t->config, .data = t->data, .pool = t->pool};
    struct config *c = &small.config;
    c->data.limit = c->train.batch_size = min(SANITY_OVERFIT, t->train.count);
    c->early_stopping.monitor = MONITOR_NONE;
    int result = prepare_training(&small, t->data->split, dataset_features(t->data),
                                  t->data->classes.count, "model", e);
    if (result == 0 && m)
        result = mutation_plant(m, &small, &small.arena, e);
    if (result == 0)
        sanity_overfit(row, &small);
    model_free(small.model);
    arena_free(&small.arena);
    return result;
}

static void count(struct gradcheck *g, enum verdict v) {
    g->checks += v != VERDICT_NONE;
    g->wrong += v == VERDICT_WRONG;
}

int gradcheck_run(struct gradcheck *g, struct training *t, const struct mutation *m,
                  struct arena *a, struct error *e) {
    struct sanity *s = g->sanity;
    bool shuffled = t->config.train.shuffle; /* before a mutation changes it */
    int n = min(GRADIENTS_SAMPLES, min(t->config.train.batch_size, t->train.count)), steps;
    *g = (struct gradcheck){0};
    if (m && m->data)
        m->data(t);
    if (m && mutation_plant(m, t, a, e) != 0)
        return -1;
    if (sanity_order(&s[0], t, shuffled, a, e) != 0 || sanity_samples(&s[1], &s[2], t, a, e) != 0 ||
        sanity_chance(&s[3], t, e) != 0 || check_gradients(g, t, 0, n, 0, a, e) != 0 ||
        sanity_large(&s[4], t, n, a, e) != 0 || sanity_steps(&s[5], t, &steps, a, e) != 0)
        return -1;
    /* Different samples, so that stale values of the first ones are detected. */
    if (steps == SANITY_STEPS && check_gradients(g, t, t->train.count - n, n, steps, a, e) != 0)
        return -1;
    if (overfit(&s[6], t, m, e) != 0)
        return -1;
    for (int i = 0; i < GRADCHECK_SANITY; i++)
        count(g, s[i].verdict);
    for (int k = 0; k < g->stages; k++)
        for (int i = 0; i < g->gradients[k].count; i++)
            count(g, g->gradients[k].rows[i].verdict);
    return 0;
}
