/* onehot calibrate: finds the temperature that makes a model's probabilities match its accuracy. */
#include "programs/commands.h"
#include "programs/trained.h"
#include "train/calibration.h"

#include <stdio.h>

static const struct option options[] = {MOVED_DATA_OPTION, JSON_OPTION, THREADS_OPTION};

/* Of the validation set and the test set, each before and after calibration. */
struct row {
    const char *split, *when, *key; /* in the table; in JSON */
    struct evaluation v;
    struct calibration calibration;
};

struct result {
    char path[FILE_PATH]; /* of the calibrated model */
    double temperature[2];
    int count; /* of the rows: 2 if there is no test set */
    struct row rows[4];
};

/* Measures the validation set and the test set at the loss's current temperature, before (0) or
 * after (1) calibration. The validation logits go into `logits`, which may be NULL. */
static int measure(struct result *r, int after, struct trained *t, const struct sample_set *samples,
                   real *logits, struct error *e) {
    for (int i = 0; i < r->count / 2; i++) {
        struct row *row = &r->rows[2 * i + after];
        size_t n = (size_t)samples[i].count;
        row->v.predictions = arena_alloc(&t->arena, n, sizeof *row->v.predictions);
        if (!row->v.predictions)
            return error_memory(e, "the calibration");
        row->v.logits = i == 0 ? logits : NULL;
        evaluation_run(&row->v, t->file->model, &samples[i], t->pool);
        calibration_measure(&row->calibration, row->v.predictions, samples[i].count);
    }
    return 0;
}

static int fit(struct result *r, struct trained *t, struct error *e) {
    struct sample_set samples[2]; /* validation, test */
    const struct model_file *s = t->file;
    double *temperature = loss_temperature(&s->config.loss);
    r->count = t->data->split[TEST].count > 0 ? 4 : 2;
    if (!temperature)
        return error_input(e, "%s: the probabilities of its loss, %s, have no temperature to fit",
                           s->path, s->config.loss.type->name);
    if (s->model->multi_label)
        return error_input(
            e, "%s: is a multi-label model; a temperature needs exactly one label per sample",
            s->path);
    if (!sample_set_validates(t->data->split, &s->config.data))
        return error_input(e,
                           "%s: was trained without a validation set, which calibration needs; "
                           "train with \"data.validation\" above 0",
                           s->path);
    if (!trained_on(t))
        return error_input(e, "%s: has changed since %s was trained on it", t->path, s->path);
    for (int i = 0; i < r->count / 2; i++)
        if (model_file_samples(s, t->data, t->path, i == 0 ? VALIDATION : TEST, &t->arena,
                               &samples[i], e) != 0)
            return -1;
    struct tensor z = {NULL, samples[0].count, t->data->classes.count};
    z.data = arena_alloc(&t->arena, tensor_size(z), sizeof *z.data);
    if (!z.data)
        return error_memory(e, "the logits");
    r->temperature[0] = *temperature;
    if (measure(r, 0, t, samples, z.data, e) != 0 ||
        calibration_fit(&r->temperature[1], z, samples, s->path, e) != 0)
        return -1;
    *temperature = r->temperature[1];
    return measure(r, 1, t, samples, NULL, e);
}

static int print(const struct result *r) {
    printf("temperature %.4f, was %.4g\n\n", r->temperature[1], r->temperature[0]);
    printf("            accuracy      loss     ECE\n");
    for (const struct row *m = r->rows; m < r->rows + r->count; m++)
        printf("%-11s  %5.2f %%  %8.4f  %5.2f %%  %s\n", m->split, 100 * evaluation_accuracy(&m->v),
               m->v.loss, 100 * m->calibration.error, m->when);
    printf("\n%s\n", r->path);
    return 0;
}

static int print_json(const struct result *r, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_add(&j, "{ model=%s temperature_before=%g temperature=%g", r->path, r->temperature[0],
             r->temperature[1]);
    for (const struct row *m = r->rows; m < r->rows + r->count; m++) {
        json_open(&j, m->key, '{');
        json_add(&j, "samples=%d accuracy=%g loss=%g expected_calibration_error=%g }", m->v.count,
                 evaluation_accuracy(&m->v), m->v.loss, m->calibration.error);
    }
    json_add(&j, "}");
    return command_print(&t, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    struct trained t;
    struct text out = {0};
    struct result r = {
        .rows = {{.split = "validation", .when = "before", .key = "validation_before"},
                 {.split = "", .when = "after", .key = "validation"},
                 {.split = "test", .when = "before", .key = "test_before"},
                 {.split = "", .when = "after", .key = "test"}}};
    int result = -1;
    if (trained_open_run(&t, arguments[0], o->threads, e) == 0 &&
        file_join(r.path, sizeof r.path, arguments[0], "model.calibrated.safetensors", e) == 0 &&
        trained_read(&t, o->data, e) == 0 && fit(&r, &t, e) == 0 &&
        file_write_text(r.path, &out, model_file_calibrate(t.file->path, r.temperature[1], &out, e),
                        e) == 0)
        result = o->json ? print_json(&r, e) : print(&r);
    trained_close(&t);
    return result;
}

COMMAND(calibrate, 1, 1);
