#include "runs/training.h"
#include "data/formats.h"
#include "runs/state_dict.h"

/* An error about a key of the config. */
#define BLAME(key, problem, ...)                                                                   \
    error_input(e, "%s: \"" key "\" " problem, config_source(s->config, s->overrides, key),        \
                ##__VA_ARGS__)

/* Checks what involves the data or more than one key: that the training set is large enough and
 * fits the class weights, and that early stopping has something to monitor. */
static int check_counts(struct training *t, const struct training_source *s, struct error *e) {
    const struct config *c = &t->config;
    int count = t->data->split[TRAIN].count, drawn = sample_set_aside(t->data->split, &c->data);
    int rest = count - drawn;
    if (count == 0)
        return error_input(e,
                           "%s: has no training samples; put them in a folder or file named train",
                           c->data.path);
    if (c->data.validation > 1 && c->data.validation != floor(c->data.validation))
        return BLAME("data.validation", "must be a number of samples or a fraction below 1, got %g",
                     c->data.validation);
    if (c->data.validation > 0 && t->data->split[VALIDATION].count > 0)
        dataset_note(t->data, e, "data.validation is not used, since there is a validation set");
    if (rest <= 0)
        return BLAME("data.validation", "must leave some of the %d training samples, got %d", count,
                     drawn);
    if (c->data.limit > rest)
        return BLAME("data.limit",
                     "must be at most %d, the number of training samples not used for validation, "
                     "got %d",
                     rest, c->data.limit);
    int used = sample_set_used(t->data->split, &c->data);
    if (c->train.batch_size > used) {
        dataset_note(t->data, e, "a batch of all %d samples, since train.batch_size is %d", used,
                     c->train.batch_size);
        t->config.train.batch_size = used;
    }
    const struct number_list *weights = c->loss.options; /* options begin with them: loss.h */
    if (weights->word < 0 && weights->count != t->data->classes.count)
        return BLAME("loss.class_weights", "must have %d numbers, one per class, got %d",
                     t->data->classes.count, weights->count);
    if (weights->word != CLASS_WEIGHTS_NONE && dataset_multi_label(t->data))
        return BLAME("loss.class_weights",
                     "needs one label per sample, but the samples of %s may have several",
                     c->data.path);
    bool table = t->data->columns.count > 0;
    if (table && augment_needs_images(&c->data.augment))
        return BLAME("data.augment",
                     "may only have \"noise\", since %s is a table: remove the other keys",
                     c->data.path);
    if (table && augment_is_on(&c->data.augment) && c->data.scaling != SCALING_STANDARDIZE)
        return BLAME("data.augment",
                     "adds noise to standardized columns: set \"data.scaling\" to \"standardize\"");
    if (c->early_stopping.monitor != MONITOR_NONE &&
        !sample_set_validates(t->data->split, &c->data))
        return BLAME("early_stopping.monitor",
                     "needs a validation set: set \"data.validation\" above 0");
    if (c->start_from.layers.word != START_ALL && !c->start_from.path[0])
        return BLAME("start_from.layers", "needs \"start_from.path\", the file to take them from");
    return e->status ? -1 : 0; /* for want of memory for a note */
}

/* Takes the layers that "start_from" lists, or all of them, from its file. */
static int start_from(struct training *t, const struct training_source *s, struct error *e) {
    const struct number_list *layers = &t->config.start_from.layers;
    struct model *m = t->model;
    SCOPED(safetensors) file = {0};
    t->taken = arena_alloc(&t->arena, (size_t)m->nlayers, sizeof *t->taken);
    if (!t->taken)
        return error_memory(e, "start_from");
    memset(t->taken, layers->word >= 0, (size_t)m->nlayers);
    for (int k = 0; layers->word < 0 && k < layers->count; k++) {
        double i = layers->items[k];
        if (i >= m->nlayers || i != (int)i)
            return BLAME("start_from.layers", "must be layer numbers, 0 to %d, got %g",
                         m->nlayers - 1, i);
        t->taken[(int)i] = true;
    }
    if (safetensors_read(&file, t->config.start_from.path, e) != 0 ||
        state_dict_take(m, &file, layers->word == START_FITTING, t->taken, e) != 0)
        return -1;
    /* state_dict_import also checks that nothing is left over */
    return layers->word == START_ALL ? state_dict_import(m, &file, e) : 0;
}

static int set_up(struct training *t, const struct training_source *s, struct error *e) {
    struct config *c = &t->config;
    if (config_parse(c, s->keys, s->text, s->size, s->config, s->overrides, &t->arena, e) != 0 ||
        config_find_data(c, s->config, &t->arena, e) != 0)
        return -1;
    c->data.announce = s->announce;
    t->data = s->data ? dataset_view(s->data, e) : formats_read(&c->data, t->pool, e);
    if (!t->data || check_counts(t, s, e) != 0 ||
        prepare_training(t, config_source(s->config, s->overrides, "model"), e) != 0 ||
        teacher_run(t, config_source(s->config, s->overrides, "loss.teacher"), e) != 0)
        return -1;
    t->test = sample_set_all(&t->data->split[TEST], &t->scaling, &t->arena);
    if (!t->test.order)
        return error_memory(e, "the test set");
    return c->start_from.path[0] ? start_from(t, s, e) : 0;
}

struct training *training_from(const struct training_source *s, struct error *e) {
    struct training *t = calloc(1, sizeof *t);
    if (!t)
        error_memory(e, "the training");
    else if ((t->pool = thread_pool_new(s->threads, e)) != NULL && set_up(t, s, e) == 0)
        return t;
    training_free(t);
    return NULL;
}

struct training *training_read(struct training_source s, struct error *e) {
    SCOPED_MEMORY char *text = file_read(s.config, CONFIG_MAX_SIZE, &s.size, e);
    s.text = text;
    return text ? training_from(&s, e) : NULL;
}

struct training *training_new(const char *config, const char *const *overrides, int threads,
                              struct error *e) {
    struct training_source s = {
        .keys = config_keys, .config = config, .overrides = overrides, .threads = threads};
    return training_read(s, e);
}

void training_free(struct training *t) {
    if (t) {
        thread_pool_free(t->pool);
        model_free(t->model);
        dataset_free(t->data);
        arena_free(&t->arena);
        free(t);
    }
}

/* ---- the run's ID ---- */

int run_id_make(const struct config *c, const char *digest, char id[SHA256_HEX],
                char directory[FILE_PATH], struct error *e) {
    SCOPED(text) identity = {0};
    char teacher[FILE_PATH], hex[SHA256_HEX];
    const char *const files[][2] = {{"start_from", c->start_from.path}, {"teacher", teacher}};
    config_write_short(c, &identity);
    text_printf(&identity, "\ndataset %s\nnumerics %s\n", digest, TRAIN_NUMERICS);
    if (teacher_find(c, teacher, e) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        if (!files[i][1][0])
            continue;
        if (sha256_file(files[i][1], hex, e) != 0)
            return -1;
        text_printf(&identity, "%s %s\n", files[i][0], hex);
    }
    if (identity.failed)
        return error_memory(e, "the run");
    sha256_hex(identity.data, identity.size, id);
    int size = c->output[0] ? snprintf(directory, FILE_PATH, "%s", c->output)
                            : snprintf(directory, FILE_PATH, "runs/%s-%.8s", c->name, id);
    return size < FILE_PATH - 64 ? 0 : error_input(e, "the run directory's path is too long");
}
