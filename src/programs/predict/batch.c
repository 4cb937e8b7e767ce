#include "base/file.h"
#include "programs/predict/predict.h"
#include "train/evaluation.h"
#include "ui/terminal.h"

#include <stdio.h>

int batch_open(struct predict *p, struct error *e) {
    const struct model_file_dataset *d = &p->model->dataset;
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

float *batch_row(const struct predict *p) {
    return p->batch.split[TEST].values + (size_t)p->set.count * (size_t)p->batch.width;
}

struct picture batch_picture(const struct predict *p, int i) {
    const struct dataset *d = &p->batch;
    uint8_t *pixels = d->split[TEST].pixels + (size_t)i * (size_t)dataset_features(d);
    return (struct picture){d->width, d->height, d->channels, pixels, 0};
}

/* The samples that can be predicted come first, in their order. */
static int flush(struct predict *p, struct error *e) {
    struct model *m = p->model->model;
    struct evaluation ignored = {0};
    int result = p->table ? 0 : pictures_read(p, e), n = p->set.count, finite = n;
    if (result == 0 && n > 0)
        evaluation_run(&ignored, m, &p->set, p->pool);
    while (result == 0 && finite > 0 && model_not_finite(m, finite) >= 0)
        finite--;
    for (int i = 0; i < finite && result == 0; i++, p->predicted++)
        result = output_add(p, i, e);
    if (result == 0)
        result = output_flush(p, false, e);
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
    if (why->status == ERROR_RUN) {
        *e = *why;
        return -1;
    }
    if (p->refused++ > 0)
        fprintf(stderr, "%s\n", p->last.text);
    p->last = *why;
    return 0;
}

int batch_close(struct predict *p, int result, struct error *e) {
    if (result == 0)
        result = flush(p, e);
    if (output_flush(p, true, e) != 0)
        result = -1;
    if (p->refused == 0)
        return result;
    if (p->predicted + p->refused == 1)
        return error_record(e, p->last.status, "%s", p->last.text);
    fprintf(stderr, "%s\n", p->last.text);
    return error_input(e, "onehot predict: %s predicted, %s refused (see above)",
                       terminal_count(p->predicted), terminal_count(p->refused));
}
