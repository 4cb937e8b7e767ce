#include "gradcheck/gradcheck.h"

void gradcheck_gather(struct gradcheck *g, int first) {
    struct training *t = g->training;
    struct target y = target_rows(&t->model->target, 0, g->samples);
    train_order(t, 1);
    batch_gather(&t->train, t->order + first, NULL, g->samples,
                 tensor_rows(t->model->act[0], 0, g->samples), &y);
}

static int check_gradients(struct gradcheck *g, int first, struct error *e) {
    struct training *t = g->training;
    struct pass pass = {0, g->samples, true, (uint64_t)t->config.seed, g->steps + 1};
    gradcheck_gather(g, first);
    return gradients_check(&g->gradients[g->stages++], t->model, &pass, GRADIENTS_ELEMENTS,
                           &g->arena, e);
}

static void count(struct gradcheck *g, enum verdict v) {
    g->checks += v != VERDICT_NONE;
    g->wrong += v == VERDICT_WRONG;
}

int gradcheck_run(struct gradcheck *g, struct error *e) {
    struct training *t = g->training;
    g->samples = t->train.count < GRADIENTS_SAMPLES ? t->train.count : GRADIENTS_SAMPLES;
    g->samples = g->samples < t->model->rows ? g->samples : t->model->rows;
    g->shuffled = t->config.train.shuffle;
    if ((g->mutation && mutation_plant(g->mutation, t, &g->arena, e) != 0) ||
        check_gradients(g, 0, e) != 0 || sanity_run(g, e) != 0)
        return -1;
    /* Different samples, so that stale values of the first ones are detected. */
    if (g->steps == GRADCHECK_STEPS && check_gradients(g, t->train.count - g->samples, e) != 0)
        return -1;
    for (int i = 0; i < GRADCHECK_SANITY; i++)
        count(g, g->sanity[i].verdict);
    for (int k = 0; k < g->stages; k++)
        for (int i = 0; i < g->gradients[k].count; i++)
            count(g, g->gradients[k].rows[i].verdict);
    return 0;
}
