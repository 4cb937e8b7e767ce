#include "report/sections.h"

/* The test set, or what was set aside for validation, or nothing. */
static int choose(struct test_results *f, const struct page *p, struct error *e) {
    const struct config *c = p->config;
    const struct split *train = &p->data->split[TRAIN], *test = &p->data->split[TEST];
    struct sample_set rest;
    if (test->count > 0) {
        f->split = "test";
        f->samples = sample_set_all(test, p->scaling, &f->arena);
        return f->samples.order ? 0 : error_memory(e, "the test set");
    }
    if (c->data.validation == 0 || c->data.validation >= train->count)
        return 0;
    f->split = "validation";
    struct sample_set_counts counts = {.validation = c->data.validation};
    return sample_set_split(train, p->scaling, p->data->classes.count, counts, (uint64_t)c->seed,
                            &f->arena, &rest, &f->samples, e);
}

int test_results_make(struct test_results *f, const struct page *p, struct error *e) {
    *f = (struct test_results){0};
    if (choose(f, p, e) != 0)
        return -1;
    if (!f->split)
        return 0;
    size_t n = (size_t)p->data->classes.count;
    bool multi_label = p->model->multi_label;
    f->v.class_counts = arena_alloc(&f->arena, n, sizeof *f->v.class_counts);
    f->v.confusion = multi_label ? NULL : arena_alloc(&f->arena, n * n, sizeof *f->v.confusion);
    f->v.predictions = arena_alloc(&f->arena, (size_t)f->samples.count, sizeof *f->v.predictions);
    if (!f->v.class_counts || (!f->v.confusion && !multi_label) || !f->v.predictions)
        return error_memory(e, "the report");
    evaluation_run(&f->v, p->model, &f->samples, p->pool);
    return 0;
}

int test_results_confused_with(const struct test_results *f, int classes, int c) {
    const int *row = f->v.confusion ? f->v.confusion + (size_t)c * (size_t)classes : NULL;
    int best = -1;
    for (int k = 0; k < classes && row; k++)
        if (k != c && row[k] > (best < 0 ? 0 : row[best]))
            best = k;
    return best;
}
