/* onehot predict: predicts the class of a sample, or its labels, with the probabilities. */
#include "picture/preprocess.h"
#include "programs/commands.h"
#include "programs/predict/attention.h"
#include "programs/predict/table_rows.h"
#include "programs/threshold.h"

#include <math.h>
#include <stdio.h>

enum { MAX_PICTURES = 100000 };

struct options {
    bool invert, fit, attention, json;
    double threshold;
    const char *attention_png;
};

static const struct option options[] = {
    OPTION(invert, FLAG, NULL, "swap dark and light"),
    OPTION(fit, FLAG, NULL, "scale to the model's size, and convert colour"),
    THRESHOLD_OPTION,
    OPTION(attention, FLAG, NULL, "show the attention weights"),
    {.name = "attention-png",
     .type = OPTION_TEXT,
     .offset = offsetof(struct options, attention_png),
     .metavar = "FILE.png",
     .help = "the same, as a picture"},
    JSON_OPTION,
    END_OPTION,
};

/* Checks the picture against what the model takes, and converts it as far as the options, or those
 * of the training, allow. */
static int convert(struct picture *p, const struct model_file *s, const char *path,
                   const struct options *o, struct error *e) {
    const struct model_file_dataset *d = &s->dataset;
    const struct data_options *trained = &s->config.data;
    bool size = p->width == d->width && p->height == d->height, kind = p->channels == d->channels;
    if (!size && !o->fit && trained->size.count == 0)
        return error_input(
            e, "%s: is %d x %d pixels, but the model was trained on %d x %d; --fit scales it", path,
            p->width, p->height, d->width, d->height);
    if (!kind && !o->fit && trained->channels == 0)
        return error_input(e, "%s: is %s, but the model was trained on %s; --fit converts it", path,
                           p->channels == 1 ? "grey" : "in colour",
                           d->channels == 1 ? "grey pictures" : "pictures in colour");
    if (!(size && kind) && preprocess_resize(p, d->width, d->height, d->channels, e) != 0)
        return -1;
    if (o->invert)
        preprocess_invert(p);
    return 0;
}

/* Notes that the inverse of the picture is much nearer to the training pictures' mean than the
 * picture is: dark ink on light paper, where the training had light on dark, or the reverse. */
static void note_inverse(const struct picture *p, const struct model_file_dataset *d,
                         const char *path, bool invert) {
    double mean = preprocess_mean(p);
    if (fabs(mean - d->mean) < fabs(1 - mean - d->mean) + 0.2)
        return;
    fprintf(stderr, "note: %s is %s than the training pictures (mean %.2f, theirs %.2f); %s\n",
            path, mean > d->mean ? "much lighter" : "much darker", mean, d->mean,
            invert ? "try it without --invert" : "if dark and light are swapped, add --invert");
}

static int predict_picture(const struct prediction_output *p, const char *path,
                           const struct options *o, struct error *e) {
    struct picture picture;
    uint8_t background[3];
    int label = 0;
    data_options_background(&p->model->config.data, background);
    if (picture_read(&picture, path, background, e) != 0)
        return -1;
    int result = convert(&picture, p->model, path, o, e);
    if (result == 0) {
        note_inverse(&picture, &p->model->dataset, path, o->invert);
        struct split sample = {.count = 1, .pixels = picture.pixels, .labels = &label};
        result = prediction_print(p, &sample, path, &picture, e);
    }
    if (result == 0 && o->attention_png)
        result = attention_write(p->model->model, &picture, o->attention_png, e);
    picture_free(&picture);
    return result;
}

static int check(const struct model_file *s, const struct options *o, int samples,
                 struct error *e) {
    if (s->dataset.columns.count > 0 && (o->invert || o->fit || o->attention_png))
        return error_input(e,
                           "onehot predict: --invert, --fit and --attention-png are for pictures; "
                           "%s was trained on a table",
                           s->path);
    if ((o->attention || o->attention_png) && attention_check(s->model, s->path, e) != 0)
        return -1;
    if (o->attention_png && samples > 1)
        return error_input(e, "onehot predict: --attention-png is for one picture, not %d",
                           samples);
    return 0;
}

static int predict(const struct prediction_output *p, char **samples, const struct options *o,
                   struct error *e) {
    if (p->model->dataset.columns.count > 0)
        return table_rows_predict(p, samples, e);
    for (; *samples; samples++)
        if (predict_picture(p, *samples, o, e) != 0)
            return -1;
    return 0;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    char **samples = arguments + 1;
    struct text t = {0};
    struct json j = {.out = &t, .lines = 1};
    int result = -1;
    struct model_file *s = model_file_read(arguments[0], 1, e);
    if (!s || threshold_set(&predict_command, o->threshold, s, e) != 0 ||
        check(s, o, command_count(samples), e) != 0)
        goto done;
    struct prediction_output p = {
        s, arena_alloc(&s->arena, (size_t)s->dataset.classes.count, sizeof *p.order),
        o->json ? &j : NULL, o->attention};
    json_open(&j, NULL, '[');
    result = p.order ? predict(&p, samples, o, e) : error_memory(e, "the ranking");
    json_close(&j, ']');
    if (o->json && result == 0)
        result = command_print(&t, e);
done:
    text_free(&t);
    model_file_free(s);
    return result;
}

const struct command predict_command = {
    COMMAND(predict, 2, MAX_PICTURES),
    .summary = "predict the class of pictures or table rows, with probabilities",
    .arguments = "RUN_OR_MODEL SAMPLE ... [--invert] [--fit] [--threshold P] "
                 "[--attention] [--attention-png FILE.png] [--json]",
};
