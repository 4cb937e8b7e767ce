#include "base/file.h"
#include "picture/preprocess.h"
#include "programs/predict/predict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Checks the picture against what the model takes, and converts it as far as the options, or those
 * of the training, allow. */
static int convert(const struct predict *p, struct picture *x, const char *path, struct error *e) {
    const struct model_file_dataset *d = &p->model->dataset;
    const struct data_options *trained = &p->model->config.data;
    bool size = x->width == d->width && x->height == d->height, kind = x->channels == d->channels;
    if (!size && !p->o->fit && trained->size.count == 0)
        return error_input(
            e, "%s: is %d x %d pixels, but the model was trained on %d x %d; --fit scales it", path,
            x->width, x->height, d->width, d->height);
    if (!kind && !p->o->fit && trained->channels == 0)
        return error_input(e, "%s: is %s, but the model was trained on %s; --fit converts it", path,
                           x->channels == 1 ? "grey" : "in colour",
                           d->channels == 1 ? "grey pictures" : "pictures in colour");
    if (preprocess_resize(x, d->width, d->height, d->channels, e) != 0)
        return -1;
    if (p->o->invert)
        preprocess_invert(x);
    return 0;
}

static void read_one(void *context, int i) {
    struct predict *p = context;
    struct predict_sample *s = &p->sample[i];
    struct picture x = {0};
    uint8_t background[3];
    data_options_background(&p->model->config.data, background);
    if (s->path != file_stdin && reader_takes(s->path) && !picture_recognise(s->path))
        error_input(&s->why,
                    "%s: is a table, but %s was trained on pictures; give PNG or JPEG files, or a "
                    "folder of them",
                    s->path, p->model->path);
    else if (picture_read(&x, s->path, background, &s->why) == 0 &&
             convert(p, &x, s->path, &s->why) == 0)
        memcpy(batch_picture(p, i).pixels, x.pixels, picture_size(&x));
    picture_free(&x);
}

/* Notes, once, that the inverse of the picture is much nearer to the training pictures' mean than
 * the picture is: dark ink on light paper, where the training had light on dark, or the reverse. */
static void note_inverse(struct predict *p, int i) {
    const struct picture x = batch_picture(p, i);
    double theirs = p->model->dataset.mean, mean = preprocess_mean(&x);
    if (p->noted || fabs(mean - theirs) < fabs(1 - mean - theirs) + 0.2)
        return;
    p->noted = true;
    fprintf(stderr, "note: %s is %s than the training pictures (mean %.2f, theirs %.2f); %s\n",
            p->sample[i].name, mean > theirs ? "much lighter" : "much darker", mean, theirs,
            p->o->invert ? "try it without --invert"
                         : "if dark and light are swapped, add --invert");
}

int pictures_read(struct predict *p, struct error *e) {
    int n = 0;
    thread_pool_run(p->pool, p->set.count, read_one, p);
    for (int i = 0; i < p->set.count; i++) {
        if (p->sample[i].why.status != ERROR_NONE) {
            if (batch_refuse(p, &p->sample[i].why, e) != 0)
                return -1;
            continue;
        }
        const struct picture from = batch_picture(p, i);
        memmove(batch_picture(p, n).pixels, from.pixels, picture_size(&from));
        p->sample[n] = p->sample[i];
        note_inverse(p, n++);
    }
    p->set.count = n;
    return 0;
}
