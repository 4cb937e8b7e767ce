#include "programs/predict/predict.h"
#include "train/evaluation.h"

int batch_open(struct predict *p, struct error *e) {
    const struct dataset *d = &p->model->dataset;
    p->batch.height = d->height;
    p->batch.width = d->width;
    p->batch.channels = d->channels;
    p->batch.columns = d->columns;
    if (dataset_reserve(&p->batch, TEST, TRAINED_ROWS, p->model->path, e) != 0)
        return -1;
    p->set = sample_set_all(&p->batch.split[TEST], &p->model->scaling, &p->batch.arena);
    p->set.count = 0;
    return p->set.order ? output_open(p, e) : error_memory(e, "a batch of samples");
}

struct picture batch_image(const struct predict *p, int i) {
    const struct dataset *d = &p->batch;
    uint8_t *pixels = d->split[TEST].pixels + (size_t)i * (size_t)dataset_features(d);
    return (struct picture){d->width, d->height, d->channels, pixels, 0};
}

/* ---- images ---- */

static void read_image(void *context, int i) {
    struct predict *p = context;
    struct predict_sample *s = &p->sample[i];
    struct picture x = batch_image(p, i);
    if (s->path != file_stdin && reader_takes(s->path) && !picture_recognise(s->path))
        error_input(&s->why,
                    "%s: is a table, but %s was trained on images; give PNG or JPEG files, or a "
                    "folder of them",
                    s->path, p->model->path);
    else if (model_file_image(p->model, s->path, p->o->fit, "--fit", x.pixels, &s->why) == 0 &&
             p->o->invert)
        preprocess_invert(&x);
}

/* Notes, once, that the inverse of the image is much nearer to the training images' mean than the
 * image is: dark ink on light paper, where the training had light on dark, or the reverse. */
static void note_inverse(struct predict *p, int i) {
    const struct picture x = batch_image(p, i);
    double theirs = p->model->mean, mean = preprocess_mean(&x);
    if (p->noted || fabs(mean - theirs) < fabs(1 - mean - theirs) + 0.2)
        return;
    p->noted = true;
    fprintf(stderr, "note: %s is much %s than the training images (mean %.2f, theirs %.2f); %s\n",
            p->sample[i].name, mean > theirs ? "lighter" : "darker", mean, theirs,
            p->o->invert ? "try it without --invert"
                         : "if dark and light are swapped, add --invert");
}

/* Reads the images of the batch, and refuses those that cannot be used. */
static int read_images(struct predict *p, struct error *e) {
    int n = 0;
    thread_pool_run(p->pool, p->set.count, read_image, p);
    for (int i = 0; i < p->set.count; i++) {
        if (p->sample[i].why.status != ERROR_NONE) {
            if (batch_refuse(p, &p->sample[i].why, e) != 0)
                return -1;
            continue;
        }
        const struct picture from = batch_image(p, i);
        memmove(batch_image(p, n).pixels, from.pixels, picture_size(&from));
        p->sample[n] = p->sample[i];
        note_inverse(p, n++);
    }
    p->set.count = n;
    return 0;
}

/* ---- the batch ---- */

/* The samples that can be predicted come first, in their order. */
static int flush(struct predict *p, struct error *e) {
    struct model *m = p->model->model;
    int result = p->table ? 0 : read_images(p, e), n = p->set.count, finite = n;
    if (result == 0 && n > 0)
        evaluation_run(&(struct evaluation){0}, m, &p->set, p->pool);
    while (result == 0 && finite > 0 && model_not_finite(m, finite) >= 0)
        finite--;
    for (int i = 0; i < finite && result == 0; i++, p->predicted++)
        result = output_add(p, i, e);
    if (result == 0)
        result = command_flush(e);
    if (result == 0 && finite < n)
        result = error_run(e, "%s: the model's output is not finite for %s", p->model->path,
                           p->sample[finite].name);
    p->set.count = 0;
    arena_free(&p->texts);
    return result;
}

int batch_add(struct predict *p, const char *path, const char *id, struct error *e) {
    struct predict_sample *s = &p->sample[p->set.count];
    s->path = path == file_stdin ? path : arena_string(&p->texts, path);
    s->id = arena_string(&p->texts, id);
    s->name = arena_string(&p->texts, path);
    s->why.status = ERROR_NONE;
    if (!s->path || !s->id || !s->name)
        return error_memory(e, path);
    text_make_plain(s->name);
    return ++p->set.count == TRAINED_ROWS ? flush(p, e) : 0;
}

int batch_refuse(struct predict *p, const struct error *why, struct error *e) {
    if (error_pass(e, why) != 0)
        return -1;
    if (p->refused++ > 0)
        fprintf(stderr, "%s\n", p->last.text);
    p->last = *why;
    return 0;
}

int batch_close(struct predict *p, int result, struct error *e) {
    if (result == 0)
        result = flush(p, e);
    if (output_close(p, e) != 0)
        result = -1;
    if (p->refused == 0)
        return result;
    if (p->predicted + p->refused == 1)
        return error_record(e, p->last.status, "%s", p->last.text);
    fprintf(stderr, "%s\n", p->last.text);
    return error_input(e, "onehot predict: %s predicted, %s refused (see above)",
                       text_count(p->predicted), text_count(p->refused));
}
