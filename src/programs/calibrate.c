/* onehot calibrate: finds the temperature that makes a model's probabilities match its accuracy. */
#include "programs/commands.h"
#include "programs/trained.h"
#include "report/figures.h"

static const struct option options[] = {MOVED_DATA_OPTION, JSON_OPTION, THREADS_OPTION};

struct result {
    char path[FILE_PATH]; /* of the calibrated model */
    double temperature[2];
    int splits;                   /* 1 if there is no test set */
    struct figures figures[2][2]; /* of the validation set and the test set, before and after */
};

/* Measures the splits at the loss's current temperature, before (0) or after (1) calibration. */
static int measure(struct result *r, int after, struct trained *t, struct error *e) {
    for (int i = 0; i < r->splits; i++) {
        int split = i == 0 ? VALIDATION : TEST;
        struct figures *f = &r->figures[i][after];
        *f = (struct figures){t->file->model, t->data, .split = dataset_splits[split]};
        if (model_file_samples(t->file, t->data, t->path, split, &t->arena, &f->samples, e) != 0 ||
            figures_measure(f, t->pool, &t->arena, e) != 0)
            return -1;
    }
    return 0;
}

static int fit(struct result *r, struct trained *t, struct error *e) {
    const struct model_file *s = t->file;
    double *temperature = loss_temperature(&s->config.loss);
    r->splits = t->data->split[TEST].count > 0 ? 2 : 1;
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
    r->temperature[0] = *temperature;
    if (measure(r, 0, t, e) != 0)
        return -1;
    const struct sample_set *validation = &r->figures[0][0].samples;
    struct tensor z = {NULL, validation->count, t->data->classes.count};
    z.data = arena_alloc(&t->arena, tensor_size(z), sizeof *z.data);
    if (!z.data)
        return error_memory(e, "the logits");
    evaluation_run(&(struct evaluation){.logits = z.data}, s->model, validation, t->pool);
    if (calibration_fit(&r->temperature[1], z, validation, s->path, e) != 0)
        return -1;
    *temperature = r->temperature[1];
    return measure(r, 1, t, e);
}

static int print(const struct result *r, bool as_json, struct error *e) {
    SCOPED(text) text = {0}, json = {0};
    struct json j = {.out = &json, .lines = 2};
    text_printf(&text, "temperature %.4f, was %.4g\n\n            accuracy      loss     ECE\n",
                r->temperature[1], r->temperature[0]);
    json_add(&j, "{ model=%s temperature_before=%g temperature=%g", r->path, r->temperature[0],
             r->temperature[1]);
    for (int i = 0; i < 2 * r->splits; i++) {
        const struct figures *f = &r->figures[i / 2][i % 2];
        double accuracy = evaluation_accuracy(&f->v), ece = f->calibration.error;
        char key[32];
        snprintf(key, sizeof key, "%s%s", f->split, i % 2 ? "" : "_before");
        text_printf(&text, "%-11s  %5.2f %%  %8.4f  %5.2f %%  %s\n", i % 2 ? "" : f->split,
                    100 * accuracy, f->v.loss, 100 * ece, i % 2 ? "after" : "before");
        json_open(&j, key, '{');
        json_add(&j, "samples=%d accuracy=%g loss=%g expected_calibration_error=%g }", f->v.count,
                 accuracy, f->v.loss, ece);
    }
    text_printf(&text, "\n%s\n", text_shown(r->path));
    json_close(&j, '}');
    return command_print(as_json ? &json : &text, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(trained) t = {0};
    struct text out = {0};
    struct result r = {0};
    if (trained_open_run(&t, arguments[0], o->threads, e) != 0 ||
        file_join(r.path, sizeof r.path, arguments[0], "model.calibrated.safetensors", e) != 0 ||
        trained_read(&t, o->data, e) != 0 || fit(&r, &t, e) != 0 ||
        file_write_text(r.path, &out, model_file_calibrate(t.file->path, r.temperature[1], &out, e),
                        e) != 0)
        return -1;
    return print(&r, o->json, e);
}

COMMAND(calibrate, 1, 1);
