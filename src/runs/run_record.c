#include "runs/run_record.h"
#include "runs/metrics.h"

enum { MAX_RESULT = 1000 * 1000 };

static int name_layers(struct run_record *r, struct error *e) {
    char key[64];
    for (int i = 0; i < r->config.model.count && r->layers; i++) {
        snprintf(key, sizeof key, "model.%d.units", i);
        const struct flat_json_row *units = flat_json_find(&r->settings, key);
        r->layers = arena_printf(&r->arena, "%s%s%s", r->layers, i > 0 ? " " : "",
                                 units ? units->value : r->config.model.items[i].type->name);
    }
    return r->layers ? 0 : error_memory(e, "the layers");
}

/* Reads the config as training does, so keys that an older version lacked get their defaults. */
static int read_config(struct run_record *r, const char *path, struct error *e) {
    SCOPED(text) all = {0}, chosen = {0};
    if (config_read(&r->config, path, NULL, &r->arena, e) != 0)
        return -1;
    config_write(&r->config, 0, &all);
    config_write_short(&r->config, &chosen);
    if (all.failed || chosen.failed)
        return error_memory(e, path);
    return flat_json_parse(&r->settings, all.data, all.size, path, &r->arena, e) == 0 &&
                   flat_json_parse(&r->chosen, chosen.data, chosen.size, path, &r->arena, e) == 0
               ? name_layers(r, e)
               : -1;
}

const char *const run_record_names[RUN_FIGURES] = {
    "test_accuracy", "test_errors",        "test_loss", "epochs",
    "best_epoch",    "samples_per_second", "seconds"};

static int take_hash(const struct flat_json *f, const char *name, const char *path,
                     char hash[SHA256_HEX], struct error *e) {
    const struct flat_json_row *row = flat_json_find(f, name);
    if (!row || !row->string || strlen(row->value) != SHA256_HEX - 1 ||
        strspn(row->value, "0123456789abcdef") != SHA256_HEX - 1)
        return error_input(e, "%s: \"%s\" must be a SHA-256, got %.60s", path, name,
                           row ? row->value : "nothing");
    memcpy(hash, row->value, SHA256_HEX);
    return 0;
}

static int read_result(struct run_record *r, const char *path, struct error *e) {
    size_t size;
    struct flat_json f;
    SCOPED_MEMORY char *text = file_read(path, MAX_RESULT, &size, e);
    if (!text || flat_json_parse(&f, text, size, path, &r->arena, e) != 0)
        return -1;
    for (int i = 0; i < RUN_FIGURES; i++) {
        const struct flat_json_row *row = flat_json_find(&f, run_record_names[i]);
        if (row && isnan(row->number) && (row->string || strcmp(row->value, "null") != 0))
            return error_input(e, "%s: \"%s\" must be a number or null, got %.60s", path,
                               run_record_names[i], row->value);
        r->figures[i] = row ? row->number : NAN;
    }
    bool old = !flat_json_find(&f, "weights_sha256"); /* of an older version */
    if (take_hash(&f, "model_sha256", path, r->model, e) != 0 ||
        take_hash(&f, "dataset_sha256", path, r->dataset, e) != 0 ||
        take_hash(&f, old ? "model_sha256" : "weights_sha256", path, r->weights, e) != 0)
        return -1;
    r->finished = true;
    return 0;
}

static int count_epochs(struct run_record *r, const char *path, struct error *e) {
    size_t size;
    SCOPED_MEMORY char *text = file_read(path, SIZE_MAX, &size, e);
    if (text)
        r->figures[RUN_EPOCHS] = fmax(0, (double)metrics_count(text, size));
    return text ? 0 : -1;
}

int run_record_read(struct run_record *r, const char *directory, struct error *e) {
    char config[FILE_PATH], metrics[FILE_PATH], result[FILE_PATH];
    *r = (struct run_record){.directory = directory, .layers = ""};
    for (int i = 0; i < RUN_FIGURES; i++)
        r->figures[i] = NAN;
    bool has_config = file_find(config, directory, "config.json", e);
    bool has_result = file_find(result, directory, "result.json", e);
    bool has_metrics = file_find(metrics, directory, "metrics.partial.csv", e);
    if (e->status)
        return -1;
    if (!has_config && (has_result || !has_metrics))
        return error_input(e, "%s: is not a run directory%s", directory,
                           has_result ? ": it has a result.json but no config.json" : "");
    if (has_config && read_config(r, config, e) != 0)
        return -1;
    if (has_result)
        return read_result(r, result, e);
    return has_metrics ? count_epochs(r, metrics, e) : 0;
}

void run_record_free(struct run_record *r) {
    arena_free(&r->arena);
    *r = (struct run_record){0};
}
