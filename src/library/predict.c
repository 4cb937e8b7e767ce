/* What a trained model predicts, and how well. */
#include "data/sample_set.h"
#include "library/library.h"
#include "picture/picture.h"
#include "train/calibration.h"

#include <string.h>

/* Logits and probabilities of samples in memory, a batch at a time. The model's own rows are the
 * only memory that is used. */
static void predict(struct oh_model *m, const float *rows, const unsigned char *pixels, int count,
                    float *logits, float *probabilities) {
    struct model *model = m->file->model;
    size_t features = (size_t)model->act[0].cols, classes = (size_t)model->p.cols;
    size_t outputs = (size_t)model->act[model->nlayers].cols;
    for (int first = 0; first < count; first += LIBRARY_ROWS) {
        int n = count - first < LIBRARY_ROWS ? count - first : LIBRARY_ROWS;
        size_t at = (size_t)first;
        struct split split = {.count = n, .labels = m->labels};
        if (rows)
            split.values = (float *)rows + at * features;
        else
            split.pixels = (unsigned char *)pixels + at * features;
        struct sample_set samples = {&split, &m->file->scaling, n, m->order};
        struct evaluation v = {.logits = logits ? logits + at * outputs : NULL,
                               .probabilities =
                                   probabilities ? probabilities + at * classes : NULL};
        evaluation_run(&v, model, &samples, NULL);
    }
}

static int check(const struct oh_model *m, bool rows, int count, struct error *e) {
    if (library_trained(m, e) != 0)
        return -1;
    bool table = m->file->dataset.columns.count > 0;
    if (table != rows)
        return error_input(e, "the model was trained on %s; call oh_predict_%s",
                           table ? "rows" : "images", table ? "rows" : "pixels");
    return count >= 0 ? 0 : error_input(e, "the number of samples must be >= 0, got %d", count);
}

int oh_predict_rows(oh_model *m, const float *rows, int count, float *logits, float *probabilities,
                    oh_error *e) {
    struct call call;
    if (library_enter(&call, rows ? m : NULL, e) && check(m, true, count, &call.error) == 0)
        predict(m, rows, NULL, count, logits, probabilities);
    return library_leave(&call);
}

int oh_predict_pixels(oh_model *m, const unsigned char *pixels, int count, float *logits,
                      float *probabilities, oh_error *e) {
    struct call call;
    if (library_enter(&call, pixels ? m : NULL, e) && check(m, false, count, &call.error) == 0)
        predict(m, NULL, pixels, count, logits, probabilities);
    return library_leave(&call);
}

static int read_image(const struct oh_model *m, const char *path, bool fit, unsigned char *pixels,
                      struct error *e) {
    const struct model_file_dataset *d = &m->file->dataset;
    const struct data_options *trained = &m->file->config.data;
    struct picture x = {0};
    unsigned char background[3];
    data_options_background(trained, background);
    int result = picture_read(&x, path, background, e);
    bool scales = x.width != d->width || x.height != d->height,
         converts = x.channels != d->channels;
    if (result == 0 && ((scales && !fit && trained->size.count == 0) ||
                        (converts && !fit && trained->channels == 0)))
        result = error_input(e,
                             "%s: is %d x %d pixels in %s, but the model was trained on %d x %d in "
                             "%s; call oh_read_image with fit",
                             path, x.width, x.height, x.channels == 1 ? "grey" : "colour", d->width,
                             d->height, d->channels == 1 ? "grey" : "colour");
    if (result == 0)
        result = preprocess_resize(&x, d->width, d->height, d->channels, e);
    if (result == 0)
        memcpy(pixels, x.pixels, picture_size(&x));
    picture_free(&x);
    return result;
}

int oh_read_image(const oh_model *m, const char *path, bool fit, unsigned char *pixels,
                  oh_error *e) {
    struct call call;
    if (library_enter(&call, path && pixels ? m : NULL, e) && check(m, false, 0, &call.error) == 0)
        library_ignore(read_image(m, path, fit, pixels, &call.error));
    return library_leave(&call);
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
                oh_error *e) {
    struct call call;
    struct arena a = {0};
    struct sample_set samples;
    struct evaluation v = {0};
    if (library_enter(&call, m && d ? m : NULL, e) &&
        open_split(m, d, (int)split, &samples, &a, &call.error) == 0) {
        struct thread_pool *pool = thread_pool_new(m->context->threads, &call.error);
        if (pool)
            evaluation_run(&v, m->file->model, &samples, pool);
        thread_pool_free(pool);
    }
    arena_free(&a);
    if (library_leave(&call) != 0)
        return -1;
    if (loss)
        *loss = v.loss;
    if (accuracy)
        *accuracy = evaluation_accuracy(&v);
    return 0;
}

static int calibrate(struct oh_model *m, const struct sample_set *samples, double *temperature,
                     struct arena *a, struct error *e) {
    struct model *model = m->file->model;
    struct tensor z = {NULL, samples->count, model->act[model->nlayers].cols};
    struct evaluation v = {0};
    struct text bytes = {0};
    if (!loss_temperature(&m->file->config.loss) || model->multi_label || z.cols != model->p.cols)
        return error_input(e, "the model's loss has no temperature to fit");
    v.logits = z.data = arena_alloc(a, tensor_size(z), sizeof *z.data);
    if (!z.data)
        return error_memory(e, "the logits");
    evaluation_run(&v, model, samples, NULL);
    if (calibration_fit(temperature, z, samples, "the model", e) != 0 ||
        model_file_calibrate_bytes(m->bytes.data, m->bytes.size, "the model", *temperature, &bytes,
                                   e) != 0)
        return -1;
    int result = library_take(m, &bytes, e);
    text_free(&bytes);
    return result;
}

int oh_calibrate(oh_model *m, oh_dataset *d, enum oh_split split, double *temperature,
                 oh_error *e) {
    struct call call;
    struct arena a = {0};
    struct sample_set samples;
    double ignored;
    if (library_enter(&call, m && d ? m : NULL, e) &&
        open_split(m, d, (int)split, &samples, &a, &call.error) == 0)
        library_ignore(
            calibrate(m, &samples, temperature ? temperature : &ignored, &a, &call.error));
    arena_free(&a);
    return library_leave(&call);
}
