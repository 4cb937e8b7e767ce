/* onehot predict: which class a picture is of, or which labels it has, with the probabilities. */
#include "base/text.h"
#include "data/fit.h"
#include "programs/command.h"
#include "programs/terminal.h"
#include "programs/threshold.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

extern const struct command predict_command;

enum { MOST_PICTURES = 100000, MOST_BARS = 10 };

/* Reads a picture and makes it what the model takes, as far as the options allow. */
static int load(struct picture *p, const struct saved_dataset *d, const char *path, bool invert,
                bool fit, struct error *e) {
    if (picture_read(p, path, e) != 0)
        return -1;
    bool size = p->width == d->width && p->height == d->height, kind = p->channels == d->channels;
    if (!fit && !size)
        error_input(e,
                    "%s: is %d x %d pixels, but the model was trained on %d x %d; --fit scales it",
                    path, p->width, p->height, d->width, d->height);
    else if (!fit && !kind)
        error_input(e, "%s: is %s, but the model was trained on %s; --fit converts it", path,
                    p->channels == 1 ? "grey" : "in colour",
                    d->channels == 1 ? "grey pictures" : "pictures in colour");
    else if ((size && kind) || fit_resize(p, d->width, d->height, d->channels, e) == 0) {
        if (invert)
            fit_invert(p);
        return 0;
    }
    picture_free(p);
    return -1;
}

/* Dark ink on light paper, where training had light on dark, or the reverse: the inverse of the
 * picture is much nearer to the training pictures' mean than the picture is. */
static void note_inverse(const struct picture *p, const struct saved_dataset *d, const char *path,
                         bool invert) {
    double mean = fit_mean(p);
    if (fabs(mean - d->mean) < fabs(1 - mean - d->mean) + 0.2)
        return;
    fprintf(stderr, "note: %s is %s than the training pictures (mean %.2f, theirs %.2f); %s\n",
            path, mean > d->mean ? "much lighter" : "much darker", mean, d->mean,
            invert ? "try it without --invert"
                   : "if ink and paper are the other way, add --invert");
}

/* The classes, the most probable first; equals in the classes' order. */
static void rank(const real *p, int *order, int classes) {
    for (int c = 0; c < classes; c++) {
        int at = c;
        for (; at > 0 && p[order[at - 1]] < p[c]; at--)
            order[at] = order[at - 1];
        order[at] = c;
    }
}

/* "3, 7", the most probable first, or "none of them". */
static void print_names(const struct saved *s, const int *order) {
    const struct strings *names = &s->dataset.classes;
    int count = 0;
    for (int i = 0; i < names->count; i++)
        if (model_names(s->model, 0, order[i]))
            printf("%s%s", count++ > 0 ? ", " : "", names->items[order[i]]);
    if (count == 0)
        printf("none of them");
    putchar('\n');
}

static void print_prediction(const struct saved *s, const struct picture *p, const char *path,
                             const int *order) {
    const struct strings *names = &s->dataset.classes;
    const real *probability = s->model->p.data;
    int bars = names->count < MOST_BARS ? names->count : MOST_BARS;
    printf("%s: ", path);
    print_names(s, order);
    terminal_picture(p);
    for (int i = 0; i < bars; i++) {
        int c = order[i];
        terminal_text(names->items[c], 12);
        putchar(' ');
        terminal_bar((double)probability[c], 30);
        printf(" %6.2f %%", 100 * (double)probability[c]);
        if (s->model->several)
            printf(model_names(s->model, 0, c) ? "  yes" : "  no");
        putchar('\n');
    }
}

static void json_prediction(const struct saved *s, const char *path, const int *order,
                            struct json *j) {
    const struct strings *names = &s->dataset.classes;
    json_open(j, NULL, '{');
    json_string(j, "picture", path);
    if (s->model->several) {
        json_open(j, "classes", '[');
        for (int c = 0; c < names->count; c++)
            if (model_names(s->model, 0, c))
                json_string(j, NULL, names->items[c]);
        json_close(j, ']');
    } else {
        json_string(j, "class", names->items[order[0]]);
    }
    json_open(j, "probabilities", '{');
    for (int c = 0; c < names->count; c++)
        json_number(j, names->items[c], (double)s->model->p.data[c]);
    json_close(j, '}');
    json_close(j, '}');
}

/* Sends the picture through the model, as the only sample of a batch. */
static void forward(const struct saved *s, struct picture *p) {
    int zero = 0, label = 0;
    struct pass pass = {.rows = 1};
    struct split split = {.count = 1, .pixels = p->pixels, .labels = &label};
    struct subset one = {&split, &s->scaling, 1, &zero, NULL};
    struct model *m = s->model;
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &pass);
    model_loss(m, &pass);
}

static int run(int argc, char **argv, struct error *e) {
    bool invert = false, fit = false, as_json = false;
    const char *threshold = NULL;
    struct option options[] = {
        {.name = "invert", .flag = &invert, .help = "swap dark and light"},
        {.name = "fit", .flag = &fit, .help = "scale to the model's size, and convert colour"},
        THRESHOLD_OPTION(threshold),
        {.name = "json", .flag = &as_json, .help = "the result for programs"},
        {0}};
    int count = command_options(&predict_command, options, argc, argv, 2, MOST_PICTURES, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;

    struct text t = {0};
    struct json j = {.out = &t, .lines = 1};
    int *order = NULL, result = -1;
    struct saved *s = saved_read(argv[1], 1, e);
    if (!s || threshold_set(&predict_command, threshold, s, e) != 0)
        goto done;
    if (s->dataset.columns.count > 0) {
        error_input(e, "%s: was trained on a table, not on pictures", s->path);
        goto done;
    }
    order = calloc((size_t)s->dataset.classes.count, sizeof *order);
    if (!order) {
        error_memory(e, "the ranking");
        goto done;
    }
    json_open(&j, NULL, '[');
    for (int i = 2; i <= count; i++) {
        struct picture p;
        if (load(&p, &s->dataset, argv[i], invert, fit, e) != 0)
            goto done;
        note_inverse(&p, &s->dataset, argv[i], invert);
        forward(s, &p);
        if (model_not_finite(s->model, 1) >= 0) {
            error_run(e, "%s: the model's output is not finite for %s", s->path, argv[i]);
            picture_free(&p);
            goto done;
        }
        rank(s->model->p.data, order, s->dataset.classes.count);
        if (as_json)
            json_prediction(s, argv[i], order, &j);
        else
            print_prediction(s, &p, argv[i], order);
        picture_free(&p);
    }
    json_close(&j, ']');
    result = t.failed ? error_memory(e, "the predictions") : 0;
    if (as_json && result == 0)
        puts(t.data);
done:
    text_free(&t);
    free(order);
    saved_free(s);
    return result;
}

const struct command predict_command = {
    .name = "predict",
    .summary = "say what a picture shows, with probabilities",
    .arguments = "RUN_OR_MODEL PICTURE.png ... [--invert] [--fit] [--threshold P] [--json]",
    .help = "Prints each picture as the model sees it, and its most probable classes. A model\n"
            "only knows pictures like those it was trained on: MNIST's digits are white on black,\n"
            "28 x 28, and fill 20 pixels of them, centred. A model for several labels a sample\n"
            "says of each whether the picture has it: whether its probability reaches the\n"
            "threshold.\n\n"
            "examples:\n"
            "  ./onehot predict runs/latest tests/data/seven.png\n"
            "  ./onehot predict runs/latest scan.png --fit --invert\n",
    .run = run,
};
