/* onehot calibrate: finds the temperature that makes a model's probabilities match its accuracy. */
#include "base/file.h"
#include "programs/commands.h"
#include "programs/trained.h"
#include "train/calibration.h"
#include "json/json.h"

#include <stdio.h>

struct options {
    const char *data;
    bool json;
    int threads;
};

static const struct option options[] = {MOVED_DATA_OPTION, JSON_OPTION, THREADS_OPTION, END_OPTION};

struct measured {
    const char *split, *when, *key; /* for people twice, in JSON */
    struct evaluation v;
    struct calibration calibration;
};

struct result {
    char path[FILE_PATH]; /* of the calibrated model */
    double temperature[2];
    int count; /* of the rows: 2 if there is no test set */
    struct measured rows[4];
};

/* Measures the validation set and the test set at the loss's current temperature, before (0) or
 * after (1) calibration; the validation logits go into `logits`, which may be NULL. */
static int measure(struct result *r, int after, struct trained *t, const struct sample_set *samples,
                   real *logits, struct error *e) {
    for (int i = 0; i < r->count / 2; i++) {
        struct measured *m = &r->rows[2 * i + after];
        size_t n = (size_t)samples[i].count;
        m->v.predictions = arena_alloc(&t->arena, n, sizeof *m->v.predictions);
        if (!m->v.predictions)
            return error_memory(e, "the calibration");
        m->v.logits = i == 0 ? logits : NULL;
        evaluation_run(&m->v, t->file->model, &samples[i], t->pool);
        calibration_measure(&m->calibration, m->v.predictions, samples[i].count);
    }
    return 0;
}

static int check(const struct trained *t, struct error *e) {
    const struct model_file *s = t->file;
    if (!loss_temperature(&s->config.loss))
        return error_input(e, "%s: the probabilities of its loss, %s, have no temperature to fit",
                           s->path, s->config.loss.type->name);
    if (s->model->multi_label)
        return error_input(
            e,
            "%s: is a multi-label model; a temperature can only be fitted for one label per sample",
            s->path);
    if (!sample_set_validates(t->data->split, &s->config.data))
        return error_input(e,
                           "%s: was trained without a validation set, which calibration needs; "
                           "train with \"data.validation\" above 0",
                           s->path);
    return trained_on(t)
               ? 0
               : error_input(e, "%s: has changed since %s was trained on it", t->path, s->path);
}

static int fit(struct result *r, struct trained *t, struct error *e) {
    struct sample_set samples[2]; /* validation, test */
    double *temperature = loss_temperature(&t->file->config.loss);
    r->count = t->data->split[TEST].count > 0 ? 4 : 2;
    if (check(t, e) != 0)
        return -1;
    for (int i = 0; i < r->count / 2; i++)
        if (model_file_samples(t->file, t->data, t->path,
                               i == 0 ? MODEL_FILE_VALIDATION : MODEL_FILE_TEST, &t->arena,
                               &samples[i], e) != 0)
            return -1;
    struct tensor z = {NULL, samples[0].count, t->data->classes.count};
    z.data = arena_alloc(&t->arena, tensor_size(z), sizeof *z.data);
    if (!z.data)
        return error_memory(e, "the logits");
    r->temperature[0] = *temperature;
    if (measure(r, 0, t, samples, z.data, e) != 0 ||
        calibration_fit(&r->temperature[1], z, samples, t->file->path, e) != 0)
        return -1;
    *temperature = r->temperature[1];
    return measure(r, 1, t, samples, NULL, e);
}

static int save(const struct result *r, const struct model_file *s, struct error *e) {
    struct text out = {0};
    int built = model_file_calibrate(s->path, r->temperature[1], &out, e);
    return file_write_text(r->path, &out, built, e);
}

static void print(const struct result *r) {
    printf("temperature %.4f, was %.4g\n\n", r->temperature[1], r->temperature[0]);
    printf("            accuracy      loss     ECE\n");
    for (const struct measured *m = r->rows; m < r->rows + r->count; m++)
        printf("%-11s  %5.2f %%  %8.4f  %5.2f %%  %s\n", m->split, 100 * evaluation_accuracy(&m->v),
               m->v.loss, 100 * m->calibration.error, m->when);
    printf("\n%s\n", r->path);
}

static int print_json(const struct result *r, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_add(&j, "{ model=%s temperature_before=%g temperature=%g", r->path, r->temperature[0],
             r->temperature[1]);
    for (const struct measured *m = r->rows; m < r->rows + r->count; m++) {
        json_open(&j, m->key, '{');
        json_add(&j, "samples=%d accuracy=%g loss=%g expected_calibration_error=%g }", m->v.count,
                 evaluation_accuracy(&m->v), m->v.loss, m->calibration.error);
    }
    json_add(&j, "}");
    return command_print(&t, e);
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    struct trained t;
    struct result r = {
        .rows = {{.split = "validation", .when = "before", .key = "validation_before"},
                 {.split = "", .when = "after", .key = "validation"},
                 {.split = "test", .when = "before", .key = "test_before"},
                 {.split = "", .when = "after", .key = "test"}}};
    int result = -1;
    if (trained_open_run(&t, arguments[0], o->threads, e) == 0 &&
        file_join(r.path, sizeof r.path, arguments[0], "model.calibrated.safetensors", e) == 0 &&
        trained_read(&t, o->data, e) == 0 && fit(&r, &t, e) == 0 && save(&r, t.file, e) == 0)
        result = o->json ? print_json(&r, e) : 0;
    if (result == 0 && !o->json)
        print(&r);
    trained_close(&t);
    return result;
}

COMMAND(calibrate, 1, 1);
