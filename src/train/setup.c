/* From a config file to everything that training needs. */
#include "model/state.h"
#include "train/train.h"

#include <stdlib.h>

static int start_from(struct model *m, const char *path, struct error *e) {
    struct safetensors s;
    int result = safetensors_read(&s, path, e);
    if (result == 0)
        result = state_import(m, &s, path, e);
    arena_free(&s.arena);
    return result;
}

static int set_subsets(struct training *t, const char *config, const char *const *overrides,
                       struct error *e) {
    const struct split *train = &t->data->split[TRAIN];
    const struct config *c = &t->config;
    if (train->count == 0)
        return error_input(e, "%s: has no training samples", c->data.path);
    if (c->data.validation >= train->count)
        return error_input(e,
                           "%s: \"data.validation\" must leave some of the %d training samples, "
                           "got %d",
                           config_source(config, overrides, "data.validation"), train->count,
                           c->data.validation);
    if (batch_split(train, t->data->classes.count, c->data.validation, (uint64_t)c->seed, &t->arena,
                    &t->train, &t->validation, e) != 0)
        return -1;
    if (c->train.batch_size > t->train.count)
        return error_input(e,
                           "%s: \"train.batch_size\" must be at most the %d training samples, "
                           "got %d",
                           config_source(config, overrides, "train.batch_size"), t->train.count,
                           c->train.batch_size);
    t->steps = (t->train.count + c->train.batch_size - 1) / c->train.batch_size;
    t->test = batch_all(&t->data->split[TEST], &t->arena);
    t->order = arena_alloc(&t->arena, (size_t)t->train.count, sizeof *t->order);
    return t->test.order && t->order ? 0 : error_memory(e, "the order of the samples");
}

static int set_up(struct training *t, const char *config, const char *const *overrides,
                  struct error *e) {
    struct config *c = &t->config;
    if (config_read(c, config, overrides, &t->arena, e) != 0)
        return -1;
    t->data = dataset_read(c->data.path, t->team, e);
    if (!t->data || set_subsets(t, config, overrides, e) != 0)
        return -1;
    t->model = model_new(&c->model, &c->loss, dataset_features(t->data), t->data->classes.count,
                         c->train.batch_size, config_source(config, overrides, "model"), e);
    if (!t->model)
        return -1;
    model_init(t->model, (uint64_t)c->seed);
    if (c->start_from[0] && start_from(t->model, c->start_from, e) != 0)
        return -1;
    t->schedule = schedule_new(c->schedule, (long long)c->train.epochs * t->steps);
    return optim_new(&t->optim, c->optimizer, t->model->nparams, &t->arena, e);
}

struct training *training_new(const char *config, const char *const *overrides, int threads,
                              struct error *e) {
    struct training *t = calloc(1, sizeof *t);
    if (!t) {
        error_memory(e, "the training");
        return NULL;
    }
    t->team = team_new(threads, e);
    if (!t->team || set_up(t, config, overrides, e) != 0) {
        training_free(t);
        return NULL;
    }
    return t;
}

void training_free(struct training *t) {
    if (t) {
        team_free(t->team);
        model_free(t->model);
        dataset_free(t->data);
        arena_free(&t->arena);
        free(t);
    }
}
