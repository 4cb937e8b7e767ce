#include "runs/model_file.h"
#include "base/file.h"
#include "config/keys.h"
#include "data/picture.h"
#include "runs/state_dict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_scaling[] = {"none", NULL};

static const struct key dataset_keys[] = {
    INT_KEY(struct model_file_dataset, height, NULL, 1, PICTURE_SIDE, "of a picture, in pixels"),
    INT_KEY(struct model_file_dataset, width, NULL, 1, PICTURE_SIDE, "of a picture, in pixels"),
    INT_KEY(struct model_file_dataset, channels, NULL, 1, 3, "1 for grey, 3 for RGB"),
    REAL_KEY(struct model_file_dataset, mean, NULL, 0, 1,
             "of the training pixels, scaled to 0 .. 1"),
    STRINGS_KEY(struct model_file_dataset, classes, NULL, "the classes' names"),
    STRING_KEY(struct model_file_dataset, digest, NULL, "SHA-256 of the dataset's content"),
    BOOL_KEY(struct model_file_dataset, several, "false",
             "whether a sample may be of several classes"),
    REAL_KEY(struct model_file_dataset, scaling_mean, "0", 0, 1,
             "what is taken from each pixel / 255"),
    POSITIVE_KEY(struct model_file_dataset, scaling_deviation, "1", 1, "by what that is divided"),
    STRINGS_KEY(struct model_file_dataset, columns, "[]", "the names of a table's columns"),
    REALS_KEY(struct model_file_dataset, scaling_means, "\"none\"", no_scaling, -1e39, 1e39,
              "what is taken from the values of each column"),
    REALS_KEY(struct model_file_dataset, scaling_deviations, "\"none\"", no_scaling, 1e-60, 1e39,
              "by what that is divided"),
    END_KEY};

/* What calibration adds. */
struct saved_calibration {
    double temperature;
};
static const struct key calibration_keys[] = {
    REAL_KEY(struct saved_calibration, temperature, NULL, 1.0 / LOSS_TEMPERATURE_MAX,
             LOSS_TEMPERATURE_MAX, "what the logits are divided by"),
    END_KEY};

/* A list of numbers, one a column, or the word "none". */
static struct number_list list(const double *items, int count) {
    return items ? (struct number_list){-1, count, (double *)items}
                 : (struct number_list){0, 0, NULL};
}

/* A whole-number sum, so that the mean does not depend on an order. */
static double mean_pixel(const struct dataset *d) {
    const struct split *s = &d->split[TRAIN];
    size_t n = (size_t)s->count * (size_t)dataset_features(d);
    uint64_t sum = 0;
    for (size_t i = 0; s->pixels && i < n; i++)
        sum += s->pixels[i];
    return (double)sum / (double)n / 255;
}

int model_file_write(const struct training *t, const char *id, struct text *out, struct error *e) {
    struct text config = {0}, dataset = {0};
    struct arena a = {0};
    struct model_file_dataset d = {t->data->height,
                                   t->data->width,
                                   t->data->channels,
                                   mean_pixel(t->data),
                                   t->data->classes,
                                   t->data->digest,
                                   dataset_multi_label(t->data),
                                   t->scaling.mean,
                                   t->scaling.stddev,
                                   t->data->columns,
                                   list(t->scaling.means, t->data->columns.count),
                                   list(t->scaling.stddevs, t->data->columns.count)};
    struct json j = {.out = &dataset};
    config_write_short(&t->config, &config);
    json_open(&j, NULL, '{');
    keys_write(dataset_keys, &d, KEYS_SHORT, &j);
    json_close(&j, '}');

    int result = -1;
    if (config.failed || dataset.failed) {
        error_memory(e, "the model file");
        goto done;
    }
    struct safetensors_pair metadata[] = {{"format", "pt"},
                                          {"onehot.config", config.data},
                                          {"onehot.dataset", dataset.data},
                                          {"onehot.numerics", TRAIN_NUMERICS},
                                          {"onehot.run", id}};
    struct safetensors s = {.pairs = sizeof metadata / sizeof *metadata, .metadata = metadata};
    if (state_dict_export(t->model, &s, &a, e) != 0)
        goto done;
    safetensors_write(&s, out);
    result = out->failed ? error_memory(e, "the model file") : 0;
done:
    text_free(&config);
    text_free(&dataset);
    arena_free(&a);
    return result;
}

int model_file_calibrate(const char *path, double temperature, struct text *out, struct error *e) {
    struct safetensors s;
    struct text value = {0};
    struct json j = {.out = &value};
    struct saved_calibration c = {temperature};
    int result = safetensors_read(&s, path, e), cached = 0;
    if (result != 0)
        goto done;
    json_open(&j, NULL, '{');
    keys_write(calibration_keys, &c, KEYS_ALL, &j);
    json_close(&j, '}');
    struct safetensors_pair *pairs = arena_alloc(&s.arena, (size_t)s.pairs + 1, sizeof *s.metadata);
    if (!pairs || value.failed) {
        result = error_memory(e, "the model file");
        goto done;
    }
    for (int i = 0; i < s.pairs; i++)
        if (strcmp(s.metadata[i].key, "onehot.calibration") != 0)
            pairs[cached++] = s.metadata[i];
    pairs[cached++] = (struct safetensors_pair){"onehot.calibration", value.data};
    s.metadata = pairs;
    s.pairs = cached;
    safetensors_write(&s, out);
    result = out->failed ? error_memory(e, "the model file") : 0;
done:
    text_free(&value);
    arena_free(&s.arena);
    return result;
}

int model_file_run(const char *path, char id[SHA256_HEX], struct error *e) {
    struct safetensors s;
    int result = safetensors_read(&s, path, e);
    const char *run = result == 0 ? safetensors_get(&s, "onehot.run") : NULL;
    snprintf(id, SHA256_HEX, "%s", run ? run : "");
    arena_free(&s.arena);
    return result;
}

/* The temperature of a calibrated model, in the place of the config's. */
static int calibrate(struct model_file *s, const char *calibration, struct error *e) {
    char where[FILE_PATH + 32];
    struct saved_calibration c;
    double *temperature = loss_temperature(&s->config.loss);
    snprintf(where, sizeof where, "%s: its calibration", s->path);
    if (keys_read(calibration_keys, calibration, strlen(calibration), where, NULL, &s->arena, &c,
                  e) != 0)
        return -1;
    if (!temperature)
        return error_input(e, "%s: the loss %s has no temperature", where,
                           s->config.loss.type->name);
    *temperature = c.temperature;
    return 0;
}

/* What the model is to see. */
static int set_scaling(struct model_file *s, const char *where, struct error *e) {
    const struct model_file_dataset *d = &s->dataset;
    const struct number_list *means = &d->scaling_means, *stddevs = &d->scaling_deviations;
    scaling_set(&s->scaling, d->scaling_mean, d->scaling_deviation);
    if (means->word >= 0 && stddevs->word >= 0)
        return 0;
    if (means->word >= 0 || stddevs->word >= 0 || means->count != d->columns.count ||
        stddevs->count != d->columns.count)
        return error_input(e, "%s: its means and deviations are not one for each of %d columns",
                           where, d->columns.count);
    s->scaling.means = means->items;
    s->scaling.stddevs = stddevs->items;
    return 0;
}

/* Config and dataset from the metadata, then the model that they describe. */
static int read(struct model_file *s, const struct safetensors *f, int rows, struct error *e) {
    const char *config = safetensors_get(f, "onehot.config");
    const char *dataset = safetensors_get(f, "onehot.dataset");
    const char *calibration = safetensors_get(f, "onehot.calibration");
    struct model_file_dataset *d = &s->dataset;
    char where[FILE_PATH + 32];
    if (!config || !dataset)
        return error_input(e,
                           "%s: was not written by onehot (its metadata lacks onehot.%s); to train "
                           "on from it, name it in \"start_from\"",
                           s->path, config ? "dataset" : "config");
    snprintf(where, sizeof where, "%s: its config", s->path);
    if (config_parse(&s->config, config, strlen(config), where, NULL, &s->arena, e) != 0 ||
        (calibration && calibrate(s, calibration, e) != 0))
        return -1;
    snprintf(where, sizeof where, "%s: its dataset", s->path);
    if (keys_read(dataset_keys, dataset, strlen(dataset), where, NULL, &s->arena, d, e) != 0 ||
        dataset_check_size(d->height, d->width, d->channels, where, e) != 0 ||
        dataset_check_columns(&d->columns, d->height, d->width, d->channels, where, e) != 0 ||
        dataset_check_classes(&d->classes, s->path, e) != 0 || set_scaling(s, where, e) != 0)
        return -1;
    s->model = model_new(&s->config.model, &s->config.loss, d->height * d->width * d->channels,
                         d->classes.count, rows, s->path, e);
    if (!s->model)
        return -1;
    s->model->multi_label = d->several;
    return state_dict_import(s->model, f, s->path, e);
}

int model_file_path(const char *run_or_model, char path[FILE_PATH], struct error *e) {
    if (file_is_directory(run_or_model))
        return file_join(path, FILE_PATH, run_or_model, "model.safetensors", e);
    return snprintf(path, FILE_PATH, "%s", run_or_model) < FILE_PATH
               ? 0
               : error_input(e, "%.60s...: the path is too long", run_or_model);
}

struct model_file *model_file_read(const char *run_or_model, int rows, struct error *e) {
    struct model_file *s = calloc(1, sizeof *s);
    struct safetensors f = {0};
    if (!s) {
        error_memory(e, run_or_model);
        return NULL;
    }
    int result = model_file_path(run_or_model, s->path, e);
    if (result == 0)
        result = safetensors_read(&f, s->path, e);
    if (result == 0)
        result = read(s, &f, rows, e);
    arena_free(&f.arena);
    if (result == 0)
        return s;
    model_file_free(s);
    return NULL;
}

void model_file_free(struct model_file *s) {
    if (s) {
        model_free(s->model);
        arena_free(&s->arena);
        free(s);
    }
}

int model_file_check_dataset(const struct model_file *s, const struct dataset *d, const char *path,
                             struct error *e) {
    const struct model_file_dataset *m = &s->dataset;
    if ((d->columns.count > 0) != (m->columns.count > 0))
        return error_input(e, "%s: holds %s, but %s was trained on %s", path,
                           d->columns.count > 0 ? "a table" : "pictures", s->path,
                           m->columns.count > 0 ? "a table" : "pictures");
    if (d->columns.count != m->columns.count)
        return error_input(e, "%s: has %d columns, but %s was trained on %d", path,
                           d->columns.count, s->path, m->columns.count);
    for (int i = 0; i < d->columns.count; i++)
        if (strcmp(d->columns.items[i], m->columns.items[i]) != 0)
            return error_input(e, "%s: its column %d is \"%s\", but for %s it is \"%s\"", path, i,
                               d->columns.items[i], s->path, m->columns.items[i]);
    if (d->height != m->height || d->width != m->width || d->channels != m->channels)
        return error_input(e,
                           "%s: its pictures are %d x %d x %d, but %s was trained on "
                           "%d x %d x %d",
                           path, d->width, d->height, d->channels, s->path, m->width, m->height,
                           m->channels);
    if (dataset_multi_label(d) != m->several)
        return error_input(e, "%s: its samples have %s, but %s was trained on %s", path,
                           m->several ? "one label" : "several labels", s->path,
                           m->several ? "several" : "one");
    if (d->classes.count != m->classes.count)
        return error_input(e, "%s: has %d classes, but %s was trained on %d", path,
                           d->classes.count, s->path, m->classes.count);
    for (int i = 0; i < d->classes.count; i++)
        if (strcmp(d->classes.items[i], m->classes.items[i]) != 0)
            return error_input(e, "%s: its class %d is \"%s\", but for %s it is \"%s\"", path, i,
                               d->classes.items[i], s->path, m->classes.items[i]);
    return 0;
}

int model_file_samples(const struct model_file *s, const struct dataset *d, const char *path,
                       enum model_file_split which, struct arena *a, struct sample_set *samples,
                       struct error *e) {
    static const char *const names[] = {"training", "validation", "test"};
    if (which == MODEL_FILE_TEST) {
        *samples = sample_set_all(&d->split[TEST], &s->scaling, a);
        if (!samples->order)
            return error_memory(e, path);
    } else {
        struct sample_set trained_on;
        const struct split *train = &d->split[TRAIN];
        struct sample_set_counts counts = {s->config.data.validation,
                                           which == MODEL_FILE_TRAIN ? s->config.data.limit : 0};
        if (train->count == 0)
            return error_input(e, "%s: has no training samples", path);
        if (counts.validation >= train->count)
            return error_input(e, "%s: has %d training samples, too few to set %d aside", path,
                               train->count, counts.validation);
        if (counts.limit > train->count - counts.validation)
            return error_input(e,
                               "%s: has %d training samples, too few to set %d aside and take %d",
                               path, train->count, counts.validation, counts.limit);
        if (sample_set_split(train, &s->scaling, d->classes.count, counts, (uint64_t)s->config.seed,
                             a, &trained_on, samples, e) != 0)
            return -1;
        if (which == MODEL_FILE_TRAIN)
            *samples = trained_on;
    }
    return samples->count > 0 ? 0 : error_input(e, "%s: has no %s samples", path, names[which]);
}
