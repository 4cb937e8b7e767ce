#include "report/sections.h"

/* Chooses the test set, otherwise the validation set, otherwise nothing. */
static int choose(struct test_results *r, const struct page *p, struct error *e) {
    const struct config *c = p->config;
    const struct split *splits = p->data->split;
    if (sample_set_aside(splits, &c->data) < splits[TRAIN].count) {
        if (sample_set_divide(splits, &c->data, p->scaling, p->data->classes.count,
                              (uint64_t)c->seed, &r->arena, &r->train, &r->samples, e) != 0)
            return -1;
        r->split = sample_set_validates(splits, &c->data) ? "validation" : NULL;
    }
    if (splits[TEST].count == 0)
        return 0;
    r->split = "test";
    r->samples = sample_set_all(&splits[TEST], p->scaling, &r->arena);
    return r->samples.order ? 0 : error_memory(e, "the test set");
}

int test_results_make(struct test_results *r, const struct page *p, struct error *e) {
    *r = (struct test_results){.classes = &p->data->classes};
    if (choose(r, p, e) != 0)
        return -1;
    if (!r->split)
        return 0;
    return evaluation_run_all(&r->v, p->model, &r->samples, p->pool, &r->arena, e) == 0
               ? roc_measure(&r->roc, &r->v, &r->samples, &r->arena, e)
               : -1;
}
