#include "runs/model_file.h"
#include "config/keys.h"
#include "picture/picture.h"
#include "runs/safetensors.h"
#include "runs/state_dict.h"

/* "onehot.calibration", a double. */
static const struct key calibration_keys[] = {{.name = "temperature",
                                               .type = KEY_REAL,
                                               .min = 1.0 / LOSS_TEMPERATURE_MAX,
                                               .max = LOSS_TEMPERATURE_MAX,
                                               .help = "divisor of the logits"},
                                              END_KEY};

int model_file_write(const struct training *t, const char *id, struct text *out, struct error *e) {
    SCOPED(text) config = {0}, dataset = {0};
    SCOPED(arena) a = {0};
    config_write_short(&t->config, &config);
    model_file_dataset_write(t, &dataset);
    struct safetensors_pair metadata[] = {{"format", "pt"},
                                          {"onehot.config", config.data},
                                          {"onehot.dataset", dataset.data},
                                          {"onehot.numerics", TRAIN_NUMERICS},
                                          {"onehot.run", id}};
    struct safetensors s = {.pairs = sizeof metadata / sizeof *metadata, .metadata = metadata};
    if (config.failed || dataset.failed)
        return error_memory(e, "the model file");
    if (state_dict_export(t->model, &s, &a, e) != 0)
        return -1;
    safetensors_write(&s, out);
    return out->failed ? error_memory(e, "the model file") : 0;
}

int model_file_calibrate_bytes(const char *bytes, size_t size, const char *where,
                               double temperature, struct text *out, struct error *e) {
    SCOPED(safetensors) s = {0};
    SCOPED(text) value = {0};
    int i = 0;
    keys_write_object(calibration_keys, &temperature, KEYS_ALL, 0, &value);
    if (value.failed)
        return error_memory(e, where);
    if (safetensors_parse(&s, bytes, size, where, e) != 0)
        return -1;
    while (i < s.pairs && strcmp(s.metadata[i].key, "onehot.calibration") != 0)
        i++;
    s.metadata[i] = (struct safetensors_pair){"onehot.calibration", value.data};
    s.pairs += i == s.pairs; /* it was not calibrated before */
    safetensors_write(&s, out);
    return out->failed ? error_memory(e, where) : 0;
}

int model_file_calibrate(const char *path, double temperature, struct text *out, struct error *e) {
    size_t size;
    SCOPED_MEMORY char *bytes = file_read(path, SIZE_MAX, &size, e);
    return bytes ? model_file_calibrate_bytes(bytes, size, path, temperature, out, e) : -1;
}

int model_file_run(const char *path, char id[SHA256_HEX], struct error *e) {
    SCOPED(safetensors) s = {0};
    int result = safetensors_read(&s, path, e);
    const char *run = result == 0 ? safetensors_get(&s, "onehot.run") : NULL;
    snprintf(id, SHA256_HEX, "%s", run ? run : "");
    return result;
}

/* Replaces the config's temperature with the calibrated one. */
static int calibrate(struct model_file *f, const char *calibration, struct error *e) {
    char where[FILE_PATH + 32];
    double *temperature = loss_temperature(&f->config.loss);
    snprintf(where, sizeof where, "%s: its calibration", f->path);
    if (!temperature)
        return error_input(e, "%s: the loss %s has no temperature", where,
                           f->config.loss.type->name);
    return keys_read(calibration_keys, calibration, strlen(calibration), where, NULL, &f->arena,
                     temperature, e);
}

/* A model file contains neither the run's name nor the dataset's path, since they do not affect
 * results. Takes them from config.json in the same directory, if that is the same run's. */
static int take_names(struct model_file *f, struct error *e) {
    const char *slash = strrchr(f->path, '/');
    char path[FILE_PATH + 16];
    struct config run;
    struct error none = {0};
    snprintf(path, sizeof path, "%.*sconfig.json", slash ? (int)(slash + 1 - f->path) : 0, f->path);
    if (file_exists(path, e) && config_read(&run, path, NULL, &f->arena, &none) == 0 &&
        config_same(&run, &f->config, e)) {
        f->config.name = run.name;
        f->config.data.path = run.data.path;
    }
    return e->status ? -1 : error_pass(e, &none);
}

/* Reads config and dataset from the metadata, then creates the model that they describe. */
static int read(struct model_file *f, const struct key *keys, const struct safetensors *s,
                bool named, int rows, struct error *e) {
    const char *config = safetensors_get(s, "onehot.config");
    const char *dataset = safetensors_get(s, "onehot.dataset");
    const char *calibration = safetensors_get(s, "onehot.calibration");
    const struct dataset *d = &f->dataset;
    char where[FILE_PATH + 32];
    if (!config || !dataset)
        return error_input(e,
                           "%s: was not written by onehot (its metadata has no onehot.%s); to "
                           "start training from it, use \"start_from\"",
                           f->path, config ? "dataset" : "config");
    snprintf(where, sizeof where, "%s: its config", f->path);
    if (config_parse(&f->config, keys, config, strlen(config), where, NULL, &f->arena, e) != 0 ||
        (named && take_names(f, e) != 0) || (calibration && calibrate(f, calibration, e) != 0) ||
        model_file_dataset_read(f, dataset, e) != 0)
        return -1;
    f->model = model_new(&f->config.model, &f->config.loss, dataset_features(d), d->classes.count,
                         rows, f->path, e);
    if (!f->model)
        return -1;
    f->model->multi_label = dataset_multi_label(d);
    return state_dict_import(f->model, s, e);
}

int model_file_path(const char *run_or_model, char path[FILE_PATH], struct error *e) {
    if (file_is_directory(run_or_model, e))
        return file_join(path, FILE_PATH, run_or_model, "model.safetensors", e);
    return snprintf(path, FILE_PATH, "%s", run_or_model) < FILE_PATH
               ? 0
               : error_input(e, "%.60s...: the path is too long", run_or_model);
}

static struct model_file *parse(const struct key *keys, const char *bytes, size_t size,
                                const char *where, bool named, int rows, struct error *e) {
    struct model_file *f = calloc(1, sizeof *f);
    SCOPED(safetensors) s = {0};
    if (!f) {
        error_memory(e, where);
        return NULL;
    }
    snprintf(f->path, sizeof f->path, "%s", where);
    sha256_hex(bytes, size, f->sha256);
    if (safetensors_parse(&s, bytes, size, where, e) == 0 && read(f, keys, &s, named, rows, e) == 0)
        return f;
    model_file_free(f);
    return NULL;
}

struct model_file *model_file_parse(const struct key *keys, const char *bytes, size_t size,
                                    const char *where, int rows, struct error *e) {
    return parse(keys, bytes, size, where, false, rows, e);
}

struct model_file *model_file_read(const char *run_or_model, int rows, struct error *e) {
    char path[FILE_PATH];
    size_t size;
    if (model_file_path(run_or_model, path, e) != 0)
        return NULL;
    SCOPED_MEMORY char *bytes = file_read(path, SIZE_MAX, &size, e);
    return bytes ? parse(config_keys, bytes, size, path, true, rows, e) : NULL;
}

void model_file_free(struct model_file *f) {
    if (f) {
        model_free(f->model);
        arena_free(&f->arena);
        free(f);
    }
}

int model_file_image(const struct model_file *f, const char *path, bool fit, const char *how,
                     uint8_t *pixels, struct error *e) {
    const struct dataset *d = &f->dataset;
    const struct data_options *trained = &f->config.data;
    SCOPED(picture) x = {0};
    uint8_t background[3];
    data_options_background(trained, background);
    if (picture_read(&x, path, background, e) != 0)
        return -1;
    if ((x.width != d->width || x.height != d->height) && !fit && trained->size.count == 0)
        return error_input(
            e, "%s: is %d x %d pixels, but the model was trained on %d x %d; %s scales it", path,
            x.width, x.height, d->width, d->height, how);
    if (x.channels != d->channels && !fit && trained->channels == 0)
        return error_input(e, "%s: is %s, but the model was trained on %s; %s converts it", path,
                           x.channels == 1 ? "grey" : "in colour",
                           d->channels == 1 ? "grey images" : "images in colour", how);
    if (preprocess_resize(&x, d->width, d->height, d->channels, e) != 0)
        return -1;
    memcpy(pixels, x.pixels, picture_size(&x));
    return 0;
}

int model_file_samples(const struct model_file *f, const struct dataset *d, const char *path,
                       int which, struct arena *a, struct sample_set *samples, struct error *e) {
    const struct split *train = &d->split[TRAIN];
    struct data_options options = f->config.data;
    options.limit = which == TRAIN ? options.limit : 0;
    int drawn = sample_set_aside(d->split, &options), use = options.limit > 0 ? options.limit : 1;
    struct sample_set used, validation;
    if (which == TEST) {
        *samples = sample_set_all(&d->split[TEST], &f->scaling, a);
        if (!samples->order)
            return error_memory(e, path);
        return samples->count > 0 ? 0 : error_input(e, "%s: has no test samples", path);
    }
    if (train->count == 0)
        return error_input(e, "%s: has no training samples", path);
    if (drawn + use > train->count)
        return error_input(e, "%s: has %d training samples, too few to set aside %d and use %d",
                           path, train->count, drawn, use);
    if (sample_set_divide(d->split, &options, &f->scaling, d->classes.count,
                          (uint64_t)f->config.seed, a, &used, &validation, e) != 0)
        return -1;
    *samples = which == TRAIN ? used : validation;
    return samples->count > 0 ? 0 : error_input(e, "%s: has no validation samples", path);
}
