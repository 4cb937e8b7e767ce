/* onehot calibrate: finds the temperature that makes a model's probabilities match its accuracy. */
#include "base/file.h"
#include "programs/commands.h"
#include "programs/trained.h"
#include "train/calibration.h"
#include "json/json.h"

#include <stdio.h>

struct options {
    bool json;
    int threads;
};

static const struct option options[] = {JSON_OPTION, THREADS_OPTION, END_OPTION};

/* A split, measured before [0] and after [1] calibration. */
struct measured {
    const char *name;
    struct sample_set samples; /* count 0: there are none */
    struct evaluation v[2];
    struct calibration calibration[2];
};

struct result {
    char path[FILE_PATH]; /* of the calibrated model */
    double temperature[2];
    struct measured splits[2]; /* validation, test */
};

/* Measures both splits at the loss's current temperature; the validation logits go into `logits`,
 * which may be NULL. */
static int measure(struct result *r, int after, struct trained *t, real *logits, struct error *e) {
    for (int i = 0; i < 2; i++) {
        struct measured *s = &r->splits[i];
        struct evaluation *v = &s->v[after];
        if (s->samples.count == 0)
            continue;
        v->predictions = arena_alloc(&t->arena, (size_t)s->samples.count, sizeof *v->predictions);
        if (!v->predictions)
            return error_memory(e, "the calibration");
        v->logits = i == 0 ? logits : NULL;
        evaluation_run(v, t->file->model, &s->samples, t->pool);
        calibration_measure(&s->calibration[after], v->predictions, s->samples.count);
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
    struct sample_set *validation = &r->splits[0].samples, *test = &r->splits[1].samples;
    if (check(t, e) != 0 || model_file_samples(t->file, t->data, t->path, MODEL_FILE_VALIDATION,
                                               &t->arena, validation, e) != 0)
        return -1;
    if (t->data->split[TEST].count > 0 &&
        model_file_samples(t->file, t->data, t->path, MODEL_FILE_TEST, &t->arena, test, e) != 0)
        return -1;
    struct tensor z = {NULL, validation->count, t->data->classes.count};
    z.data = arena_alloc(&t->arena, tensor_size(z), sizeof *z.data);
    if (!z.data)
        return error_memory(e, "the logits");
    double *temperature = loss_temperature(&t->file->config.loss);
    r->temperature[0] = *temperature;
    if (measure(r, 0, t, z.data, e) != 0 ||
        calibration_fit(&r->temperature[1], z, validation, t->file->path, e) != 0)
        return -1;
    *temperature = r->temperature[1];
    return measure(r, 1, t, NULL, e);
}

static int save(const struct result *r, const struct model_file *s, struct error *e) {
    struct text out = {0};
    int result = model_file_calibrate(s->path, r->temperature[1], &out, e);
    if (result == 0)
        result = file_write(r->path, out.data, out.size, e);
    text_free(&out);
    return result;
}

static void print(const struct result *r) {
    printf("temperature %.4f, was %.4g\n\n", r->temperature[1], r->temperature[0]);
    printf("            accuracy      loss     ECE\n");
    for (int i = 0; i < 2; i++)
        for (int after = 0; after < 2 && r->splits[i].samples.count > 0; after++) {
            const struct measured *s = &r->splits[i];
            printf("%-11s  %5.2f %%  %8.4f  %5.2f %%  %s\n", after ? "" : s->name,
                   100 * evaluation_accuracy(&s->v[after]), s->v[after].loss,
                   100 * s->calibration[after].error, after ? "after" : "before");
        }
    printf("\n%s\n", r->path);
}

static int print_json(const struct result *r, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_open(&j, NULL, '{');
    json_string(&j, "model", r->path);
    json_number(&j, "temperature_before", r->temperature[0]);
    json_number(&j, "temperature", r->temperature[1]);
    for (int i = 0; i < 2; i++)
        for (int after = 0; after < 2 && r->splits[i].samples.count > 0; after++) {
            const struct measured *s = &r->splits[i];
            char name[32];
            snprintf(name, sizeof name, "%s%s", s->name, after ? "" : "_before");
            json_open(&j, name, '{');
            json_int(&j, "samples", s->v[after].count);
            json_number(&j, "accuracy", evaluation_accuracy(&s->v[after]));
            json_number(&j, "loss", s->v[after].loss);
            json_number(&j, "expected_calibration_error", s->calibration[after].error);
            json_close(&j, '}');
        }
    json_close(&j, '}');
    return command_print(&t, e);
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    struct trained t;
    struct result r = {.splits = {{.name = "validation"}, {.name = "test"}}};
    int result = -1;
    if (trained_open_run(&t, arguments[0], o->threads, e) == 0 &&
        file_join(r.path, sizeof r.path, arguments[0], "model.calibrated.safetensors", e) == 0 &&
        trained_read(&t, NULL, e) == 0 && fit(&r, &t, e) == 0 && save(&r, t.file, e) == 0)
        result = o->json ? print_json(&r, e) : 0;
    if (result == 0 && !o->json)
        print(&r);
    trained_close(&t);
    return result;
}

const struct command calibrate_command = {
    COMMAND(calibrate, 1, 1),
    .summary = "calibrate the probabilities by temperature scaling",
    .arguments = "RUN [--threads N] [--json]",
};
