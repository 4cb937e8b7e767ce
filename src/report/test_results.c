#include "report/sections.h"

/* Chooses the test set, otherwise the validation set, otherwise nothing. */
static int choose(struct test_results *r, const struct page *p, struct error *e) {
    const struct config *c = p->config;
    const struct split *train = &p->data->split[TRAIN], *test = &p->data->split[TEST];
    struct sample_set rest;
    if (test->count > 0) {
        r->split = "test";
        r->samples = sample_set_all(test, p->scaling, &r->arena);
        return r->samples.order ? 0 : error_memory(e, "the test set");
    }
    if (!sample_set_validates(p->data->split, &c->data) ||
        sample_set_aside(p->data->split, &c->data) >= train->count)
        return 0;
    r->split = "validation";
    return sample_set_divide(p->data->split, &c->data, p->scaling, p->data->classes.count,
                             (uint64_t)c->seed, &r->arena, &rest, &r->samples, e);
}

int test_results_make(struct test_results *r, const struct page *p, struct error *e) {
    *r = (struct test_results){.classes = &p->data->classes};
    if (choose(r, p, e) != 0)
        return -1;
    if (!r->split)
        return 0;
    size_t n = (size_t)r->classes->count;
    bool multi_label = p->model->multi_label;
    r->v.class_counts = arena_alloc(&r->arena, n, sizeof *r->v.class_counts);
    r->v.confusion = multi_label ? NULL : arena_alloc(&r->arena, n * n, sizeof *r->v.confusion);
    r->v.predictions = arena_alloc(&r->arena, (size_t)r->samples.count, sizeof *r->v.predictions);
    if (!r->v.class_counts || (!r->v.confusion && !multi_label) || !r->v.predictions)
        return error_memory(e, "the report");
    if (n == 2 && !multi_label &&
        !(r->v.probabilities = arena_alloc(&r->arena, (size_t)r->samples.count, n * sizeof(real))))
        return error_memory(e, "the report");
    evaluation_run(&r->v, p->model, &r->samples, p->pool);
    return r->v.probabilities ? roc_measure(&r->roc, &r->v, &r->samples, &r->arena, e) : 0;
}
