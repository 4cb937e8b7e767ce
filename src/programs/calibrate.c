/* onehot calibrate: the temperature that makes a model's probabilities fit its accuracy. */
#include "base/file.h"
#include "data/formats.h"
#include "runs/model_file.h"
#include "train/calibration.h"
#include "ui/command.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

extern const struct command calibrate_command;

enum { ROWS = 256 };

/* A split at the temperature of before [0] and after [1]. */
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

/* Both splits at the loss's present temperature; the validation logits, where wanted. */
static int measure(struct result *r, int after, struct model *m, real *logits,
                   struct thread_pool *pool, struct arena *a, struct error *e) {
    for (int i = 0; i < 2; i++) {
        struct measured *s = &r->splits[i];
        struct evaluation *v = &s->v[after];
        if (s->samples.count == 0)
            continue;
        v->predictions = arena_alloc(a, (size_t)s->samples.count, sizeof *v->predictions);
        if (!v->predictions)
            return error_memory(e, "the calibration");
        v->logits = i == 0 ? logits : NULL;
        evaluation_run(v, m, &s->samples, pool);
        calibration_measure(&s->calibration[after], v->predictions, s->samples.count);
    }
    return 0;
}

static int fit(struct result *r, const struct model_file *s, const struct dataset *d,
               struct thread_pool *pool, struct arena *a, struct error *e) {
    const char *data = s->config.data.path;
    double *temperature = loss_temperature(&s->config.loss);
    struct sample_set *validation = &r->splits[0].samples;
    if (!temperature)
        return error_input(e, "%s: the probabilities of its loss, %s, have no temperature to fit",
                           s->path, s->config.loss.type->name);
    if (s->model->multi_label)
        return error_input(e, "%s: is for several labels a sample; a temperature is fitted for one",
                           s->path);
    if (s->config.data.validation == 0)
        return error_input(e,
                           "%s: was trained without a validation set, on which to calibrate it; "
                           "let \"data.validation\" be above 0",
                           s->path);
    if (strcmp(d->digest, s->dataset.digest) != 0)
        return error_input(e, "%s: has changed since %s was trained on it", data, s->path);
    if (model_file_samples(s, d, data, MODEL_FILE_VALIDATION, a, validation, e) != 0)
        return -1;
    if (d->split[TEST].count > 0 &&
        model_file_samples(s, d, data, MODEL_FILE_TEST, a, &r->splits[1].samples, e) != 0)
        return -1;

    size_t rows = (size_t)validation->count, classes = (size_t)d->classes.count;
    real *logits = arena_alloc(a, rows, classes * sizeof *logits);
    if (!logits)
        return error_memory(e, "the logits");
    struct tensor z = {logits, (int)rows, (int)classes};
    r->temperature[0] = *temperature;
    if (measure(r, 0, s->model, logits, pool, a, e) != 0 ||
        calibration_fit(&r->temperature[1], z, validation, s->path, e) != 0)
        return -1;
    *temperature = r->temperature[1];
    return measure(r, 1, s->model, NULL, pool, a, e);
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

static int run(int argc, char **argv, struct error *e) {
    bool as_json = false;
    const char *text = NULL;
    int threads;
    struct option options[] = {
        {.name = "json", .flag = &as_json, .help = "the result for programs"},
        COMMAND_THREADS(text),
        {0}};
    int count = command_options(&calibrate_command, options, argc, argv, 1, 1, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (command_threads(&calibrate_command, text, &threads, e) != 0)
        return -1;
    if (!file_is_directory(argv[1]))
        return error_input(e, "%s: is no run directory", argv[1]);

    struct arena a = {0};
    struct result r = {.splits = {{.name = "validation"}, {.name = "test"}}};
    struct dataset *d = NULL;
    int result = -1;
    struct thread_pool *pool = thread_pool_new(threads, e);
    struct model_file *s = pool ? model_file_read(argv[1], ROWS, e) : NULL;
    if (s && file_join(r.path, sizeof r.path, argv[1], "model.calibrated.safetensors", e) == 0)
        d = formats_read(&s->config.data, pool, e);
    if (d && model_file_check_dataset(s, d, s->config.data.path, e) == 0 &&
        fit(&r, s, d, pool, &a, e) == 0 && save(&r, s, e) == 0) {
        result = 0;
        if (as_json)
            result = print_json(&r, e);
        else
            print(&r);
    }
    arena_free(&a);
    dataset_free(d);
    model_file_free(s);
    thread_pool_free(pool);
    return result;
}

const struct command calibrate_command = {
    .name = "calibrate",
    .summary = "fit a temperature, so that probabilities can be trusted",
    .arguments = "RUN [--threads N] [--json]",
    .help =
        "Finds the T for which the probabilities softmax(z / T) have the least loss on the\n"
        "validation set, prints loss and expected calibration error before and after, and\n"
        "writes RUN/model.calibrated.safetensors: the same weights, which evaluate and predict\n"
        "take with that T. No prediction changes, only how sure it is. The run's own model\n"
        "stays as it is.\n\n"
        "examples:\n"
        "  ./onehot calibrate runs/latest\n"
        "  ./onehot evaluate runs/latest/model.calibrated.safetensors\n",
    .run = run,
};
