#include "report/sections.h"

/* The test set, or what was set aside for validation, or nothing. */
static int choose(struct findings *f, const struct page *p, struct error *e) {
    const struct config *c = p->config;
    const struct split *train = &p->data->split[TRAIN], *test = &p->data->split[TEST];
    struct subset rest;
    if (test->count > 0) {
        f->split = "test";
        f->samples = batch_all(test, p->scaling, &f->arena);
        return f->samples.order ? 0 : error_memory(e, "the test set");
    }
    if (c->data.validation == 0 || c->data.validation >= train->count)
        return 0;
    f->split = "validation";
    struct batch_counts counts = {.validation = c->data.validation};
    return batch_split(train, p->scaling, p->data->classes.count, counts, (uint64_t)c->seed,
                       &f->arena, &rest, &f->samples, e);
}

int findings_make(struct findings *f, const struct page *p, struct error *e) {
    *f = (struct findings){0};
    if (choose(f, p, e) != 0)
        return -1;
    if (!f->split)
        return 0;
    size_t n = (size_t)p->data->classes.count;
    bool several = p->model->several;
    f->v.tallies = arena_alloc(&f->arena, n, sizeof *f->v.tallies);
    f->v.confusion = several ? NULL : arena_alloc(&f->arena, n * n, sizeof *f->v.confusion);
    f->v.outcomes = arena_alloc(&f->arena, (size_t)f->samples.count, sizeof *f->v.outcomes);
    if (!f->v.tallies || (!f->v.confusion && !several) || !f->v.outcomes)
        return error_memory(e, "the report");
    evaluation_run(&f->v, p->model, &f->samples, p->team);
    return 0;
}

int findings_rival(const struct findings *f, int classes, int c) {
    const int *row = f->v.confusion ? f->v.confusion + (size_t)c * (size_t)classes : NULL;
    int best = -1;
    for (int k = 0; k < classes && row; k++)
        if (k != c && row[k] > (best < 0 ? 0 : row[best]))
            best = k;
    return best;
}
