/* Prepares a training from a config and samples in memory. Like the training loop, this needs only
 * libc, so the core alone can train (tests/core). */
#include "train/train.h"

/* Sets the loss's class weights from the number of training samples per class. */
static int weigh(struct training *t, int classes, struct error *e) {
    int *counts = arena_alloc(&t->arena, (size_t)classes, sizeof *counts);
    if (!counts)
        return error_memory(e, "the class weights");
    for (int i = 0; i < t->train.count; i++)
        counts[t->train.split->labels[t->train.order[i]]]++;
    return loss_weigh(&t->model->loss, counts, classes, &t->arena, e);
}

int prepare_training(struct training *t, const char *where, struct error *e) {
    const struct config *c = &t->config;
    const struct dataset *d = t->data;
    const struct split *train = &d->split[TRAIN];
    int features = dataset_features(d), classes = d->classes.count;
    uint64_t seed = (uint64_t)c->seed;
    if (sample_set_divide(d->split, &c->data, &t->scaling, classes, seed, &t->arena, &t->train,
                          &t->validation, e) != 0)
        return -1;
    scaling_set(&t->scaling, 0, 1);
    if (c->data.scaling == SCALING_STANDARDIZE &&
        scaling_measure(&t->scaling, train, t->train.order, t->train.count, features, &t->arena,
                        e) != 0)
        return -1;
    if (augment_is_on(&c->data.augment) &&
        !(t->train.augment = augment_new(&c->data.augment, seed, d->height, d->width, d->channels,
                                         thread_pool_threads(t->pool), &t->arena, e)))
        return -1;
    t->order = arena_alloc(&t->arena, (size_t)t->train.count, sizeof *t->order);
    if (!t->order)
        return error_memory(e, "the order of the samples");
    t->steps = (t->train.count + c->train.batch_size - 1) / c->train.batch_size;
    t->model = model_new(&c->model, &c->loss, features, classes, c->train.batch_size, where, e);
    if (!t->model || weigh(t, classes, e) != 0)
        return -1;
    if (t->model->nblocks == 0 && t->model->nparams > 0 && c->train.epochs > 0)
        return error_input(e,
                           "%s: every layer with parameters is frozen, so there is nothing to "
                           "train; set \"frozen\" to false in one, or train.epochs to 0",
                           where);
    t->model->multi_label = train->multi_label;
    if (train->multi_label && model_outputs(t->model) != classes)
        return error_input(
            e, "%s: if a sample can have both labels, the model must have one output per class",
            where);
    model_init(t->model, seed);
    t->pairs = batch_pairs(&t->train, t->model, &t->arena);
    bool best = c->early_stopping.monitor != MONITOR_NONE, average = c->train.average.from > 0;
    t->best = best ? arena_alloc(&t->arena, t->model->nparams, sizeof *t->best) : NULL;
    t->average = average ? arena_alloc(&t->arena, t->model->nparams, sizeof *t->average) : NULL;
    if (t->arena.failed)
        return error_memory(e, "lists of pixels or copies of the parameters");
    t->schedule = schedule_new(c->schedule, (long long)c->train.epochs * t->steps, t->steps);
    if (exchange_new(t, e) != 0)
        return -1;
    return optim_new(&t->optim, c->optimizer, t->model->nparams, &t->arena, e);
}
