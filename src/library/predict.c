/* What a trained model predicts, and how well. */
#include "data/sample_set.h"
#include "library/library.h"
#include "train/evaluation.h"

static int check(const struct oh_model *m, bool rows, int count, struct error *e) {
    if (library_trained(m, e) != 0)
        return -1;
    bool table = m->file->dataset.columns.count > 0;
    if (table != rows)
        return error_input(e, "the model was trained on %s; call oh_predict_%s",
                           table ? "rows" : "images", table ? "rows" : "pixels");
    return count >= 0 ? 0 : error_input(e, "the number of samples must be >= 0, got %d", count);
}

/* Logits and probabilities of samples in memory, rows or pixels, a batch at a time: in the model's
 * own rows, so that no memory is allocated. */
static int predict(struct oh_model *m, const float *rows, const unsigned char *pixels, int count,
                   float *logits, float *probabilities, oh_error *to) {
    LIBRARY_CALL(m && (rows || pixels), to, -1);
    if (check(m, rows != NULL, count, e) != 0)
        return -1;
    struct model *model = m->file->model;
    size_t features = (size_t)model->act[0].cols, classes = (size_t)model->p.cols;
    size_t outputs = (size_t)model_outputs(model);
    int labels[LIBRARY_ROWS] = {0}, order[LIBRARY_ROWS]; /* of samples without labels */
    for (int i = 0; i < LIBRARY_ROWS; i++)
        order[i] = i;
    for (int first = 0; first < count; first += LIBRARY_ROWS) {
        int n = count - first < LIBRARY_ROWS ? count - first : LIBRARY_ROWS;
        size_t at = (size_t)first;
        struct split split = {.count = n, .labels = labels};
        split.values = rows ? (float *)rows + at * features : NULL;
        split.pixels = pixels ? (unsigned char *)pixels + at * features : NULL;
        struct sample_set samples = {&split, &m->file->scaling, n, order, NULL};
        struct evaluation v = {.logits = logits ? logits + at * outputs : NULL,
                               .probabilities =
                                   probabilities ? probabilities + at * classes : NULL};
        evaluation_run(&v, model, &samples, NULL);
    }
    return 0;
}

int oh_predict_rows(oh_model *m, const float *rows, int count, float *logits, float *probabilities,
                    oh_error *e) {
    return predict(m, rows, NULL, count, logits, probabilities, e);
}

int oh_predict_pixels(oh_model *m, const unsigned char *pixels, int count, float *logits,
                      float *probabilities, oh_error *e) {
    return predict(m, NULL, pixels, count, logits, probabilities, e);
}

int oh_read_image(const oh_model *m, const char *path, bool fit, unsigned char *pixels,
                  oh_error *to) {
    LIBRARY_CALL(m && path && pixels, to, -1);
    if (check(m, false, 0, e) != 0)
        return -1;
    return model_file_image(m->file, path, fit, "oh_read_image's fit", pixels, e);
}

/* ---- on a dataset ---- */

/* The samples of a split that fits the model. */
static int open_split(struct oh_model *m, struct oh_dataset *d, int split, struct sample_set *s,
                      struct arena *a, struct error *e) {
    if (library_trained(m, e) != 0 || library_complete(d, e) != 0 ||
        model_file_dataset_check(&m->file->dataset, "the model", d->data, "the dataset", e) != 0)
        return -1;
    if (split < 0 || split >= SPLITS || d->data->split[split].count == 0)
        return error_input(e, "the dataset has no such split; use one that has samples");
    *s = sample_set_all(&d->data->split[split], &m->file->scaling, a);
    return s->order ? 0 : error_memory(e, "the samples");
}

int oh_evaluate(oh_model *m, oh_dataset *d, enum oh_split split, double *loss, double *accuracy,
                oh_error *to) {
    LIBRARY_CALL(m && d, to, -1);
    struct sample_set samples;
    struct evaluation v = {0};
    if (open_split(m, d, (int)split, &samples, &call.arena, e) != 0)
        return -1;
    SCOPED_PTR(thread_pool) pool = thread_pool_new(m->context->threads, e);
    if (!pool)
        return -1;
    evaluation_run(&v, m->file->model, &samples, pool);
    if (loss)
        *loss = v.loss;
    if (accuracy)
        *accuracy = evaluation_accuracy(&v);
    return 0;
}

int oh_calibrate(oh_model *m, oh_dataset *d, enum oh_split split, double *temperature,
                 oh_error *to) {
    LIBRARY_CALL(m && d, to, -1);
    struct sample_set samples;
    if (open_split(m, d, (int)split, &samples, &call.arena, e) != 0)
        return -1;
    struct model *model = m->file->model;
    struct tensor z = {NULL, samples.count, model_outputs(model)};
    struct text bytes = {0};
    double fitted;
    if (!loss_temperature(&m->file->config.loss) || model->multi_label || z.cols != model->p.cols)
        return error_input(e, "the model's loss has no temperature to fit");
    z.data = arena_alloc(&call.arena, tensor_size(z), sizeof *z.data);
    if (!z.data)
        return error_memory(e, "the logits");
    evaluation_run(&(struct evaluation){.logits = z.data}, model, &samples, NULL);
    if (calibration_fit(&fitted, z, &samples, "the model", e) != 0)
        return -1;
    if (temperature)
        *temperature = fitted;
    int built =
        model_file_calibrate_bytes(m->bytes.data, m->bytes.size, "the model", fitted, &bytes, e);
    return library_take(m, &bytes, built, e);
}
