#include "runs/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RESULT = 1000 * 1000 };

/* The path of a file of the run; whether it is there. */
static bool holds(const struct record *r, const char *name, char path[FILE_PATH]) {
    struct error ignored = {0};
    return file_join(path, FILE_PATH, r->directory, name, &ignored) == 0 && file_exists(path);
}

/* Read as training reads it, so that a key that an older version did not know has its default. */
static int read_config(struct record *r, const char *path, struct error *e) {
    struct text t = {0};
    int result = config_read(&r->config, path, NULL, &r->arena, e);
    if (result == 0) {
        config_write(&r->config, 0, &t);
        result = t.failed ? error_memory(e, path)
                          : flat_json_parse(&r->settings, t.data, t.size, path, &r->arena, e);
    }
    text_free(&t);
    return result;
}

static int take_number(const struct flat_json *f, const char *name, const char *path, double *x,
                       struct error *e) {
    const struct flat_json_row *row = flat_json_find(f, name);
    if (row && isnan(row->number) && (row->string || strcmp(row->value, "null") != 0))
        return error_input(e, "%s: \"%s\" must be a number or null, got %.60s", path, name,
                           row->value);
    *x = row ? row->number : NAN;
    return 0;
}

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

static int read_result(struct record *r, const char *path, struct error *e) {
    size_t size;
    struct flat_json f;
    char *text = file_read(path, MOST_RESULT, &size, e);
    int result = text ? flat_json_parse(&f, text, size, path, &r->arena, e) : -1;
    free(text);
    if (result != 0 || take_number(&f, "test_accuracy", path, &r->accuracy, e) != 0 ||
        take_number(&f, "test_errors", path, &r->errors, e) != 0 ||
        take_number(&f, "test_loss", path, &r->loss, e) != 0 ||
        take_number(&f, "epochs", path, &r->epochs, e) != 0 ||
        take_number(&f, "best_epoch", path, &r->best_epoch, e) != 0 ||
        take_number(&f, "samples_per_second", path, &r->samples_per_second, e) != 0 ||
        take_number(&f, "seconds", path, &r->seconds, e) != 0 ||
        take_hash(&f, "model_sha256", path, r->model, e) != 0 ||
        take_hash(&f, "dataset_sha256", path, r->dataset, e) != 0)
        return -1;
    r->finished = true;
    return 0;
}

/* The rows of the metrics so far: lines, less the header. */
static int count_epochs(struct record *r, const char *path, struct error *e) {
    size_t size;
    char *text = file_read(path, (size_t)-1 >> 1, &size, e);
    if (!text)
        return -1;
    int lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    r->epochs = lines > 0 ? lines - 1 : 0;
    free(text);
    return 0;
}

int record_read(struct record *r, const char *directory, struct error *e) {
    char config[FILE_PATH], metrics[FILE_PATH], result[FILE_PATH];
    *r = (struct record){.directory = directory};
    r->accuracy = r->errors = r->loss = r->epochs = r->best_epoch = NAN;
    r->samples_per_second = r->seconds = NAN;
    bool has_config = holds(r, "config.json", config), has_result = holds(r, "result.json", result);
    bool has_metrics = holds(r, "metrics.partial.csv", metrics);
    if (!has_config && (has_result || !has_metrics))
        return error_input(e, "%s: holds no run%s", directory,
                           has_result ? ", but a result.json without a config.json" : "");
    if (has_config && read_config(r, config, e) != 0)
        return -1;
    if (has_result)
        return read_result(r, result, e);
    return has_metrics ? count_epochs(r, metrics, e) : 0;
}

void record_free(struct record *r) {
    arena_free(&r->arena);
    *r = (struct record){0};
}
