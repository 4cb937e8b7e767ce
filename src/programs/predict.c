/* onehot predict: which class a sample is of, or which labels it has, with the probabilities. */
#include "programs/predict.h"
#include "picture/preprocess.h"
#include "programs/attention.h"
#include "programs/show_picture.h"
#include "programs/threshold.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

extern const struct command predict_command;

enum { MOST_PICTURES = 100000, MOST_BARS = 10 };

/* Reads a picture and makes it what the model takes, as far as the options allow. */
static int load(struct picture *p, const struct model_file_dataset *d, const char *path,
                bool invert, bool fit, struct error *e) {
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
    else if ((size && kind) || preprocess_resize(p, d->width, d->height, d->channels, e) == 0) {
        if (invert)
            preprocess_invert(p);
        return 0;
    }
    picture_free(p);
    return -1;
}

/* Dark ink on light paper, where training had light on dark, or the reverse: the inverse of the
 * picture is much nearer to the training pictures' mean than the picture is. */
static void note_inverse(const struct picture *p, const struct model_file_dataset *d,
                         const char *path, bool invert) {
    double mean = preprocess_mean(p);
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
static void print_names(const struct model_file *s, const int *order) {
    const struct string_list *names = &s->dataset.classes;
    int count = 0;
    for (int i = 0; i < names->count; i++)
        if (model_predicts(s->model, 0, order[i]))
            printf("%s%s", count++ > 0 ? ", " : "", names->items[order[i]]);
    if (count == 0)
        printf("none of them");
    putchar('\n');
}

static void print_prediction(const struct model_file *s, const char *name,
                             const struct picture *picture, const int *order) {
    const struct string_list *names = &s->dataset.classes;
    const real *probability = s->model->p.data;
    int bars = names->count < MOST_BARS ? names->count : MOST_BARS;
    printf("%s: ", name);
    print_names(s, order);
    if (picture)
        show_picture(picture);
    for (int i = 0; i < bars; i++) {
        int c = order[i];
        terminal_text(names->items[c], 12);
        putchar(' ');
        terminal_bar((double)probability[c], 30);
        printf(" %6.2f %%", 100 * (double)probability[c]);
        if (s->model->multi_label)
            printf(model_predicts(s->model, 0, c) ? "  yes" : "  no");
        putchar('\n');
    }
}

/* The row of a table, by column. */
static void json_row(const struct string_list *columns, const float *values, struct json *j) {
    json_open(j, "row", '{');
    for (int i = 0; i < columns->count; i++)
        json_number(j, columns->items[i], (double)values[i]);
    json_close(j, '}');
}

static void json_prediction(const struct model_file *s, const char *name,
                            const struct split *sample, const int *order, bool attention,
                            struct json *j) {
    const struct string_list *names = &s->dataset.classes;
    json_open(j, NULL, '{');
    if (sample->values)
        json_row(&s->dataset.columns, sample->values, j);
    else
        json_string(j, "picture", name);
    if (s->model->multi_label) {
        json_open(j, "classes", '[');
        for (int c = 0; c < names->count; c++)
            if (model_predicts(s->model, 0, c))
                json_string(j, NULL, names->items[c]);
        json_close(j, ']');
    } else {
        json_string(j, "class", names->items[order[0]]);
    }
    json_open(j, "probabilities", '{');
    for (int c = 0; c < names->count; c++)
        json_number(j, names->items[c], (double)s->model->p.data[c]);
    json_close(j, '}');
    if (attention)
        attention_json(s->model, j);
    json_close(j, '}');
}

int predict_sample(struct predict_job *p, const struct split *sample, const char *name,
                   const struct picture *picture, struct error *e) {
    int zero = 0;
    struct model *m = p->saved->model;
    struct pass pass = {.rows = 1};
    struct sample_set one = {sample, &p->saved->scaling, 1, &zero};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &pass);
    model_loss(m, &pass);
    if (model_not_finite(m, 1) >= 0)
        return error_run(e, "%s: the model's output is not finite for %s", p->saved->path, name);
    rank(m->p.data, p->order, p->saved->dataset.classes.count);
    if (p->j)
        json_prediction(p->saved, name, sample, p->order, p->attention, p->j);
    else
        print_prediction(p->saved, name, picture, p->order);
    return p->attention && !p->j ? attention_print(m, e) : 0;
}

static int predict_picture(struct predict_job *p, const char *path, bool invert, bool fit,
                           struct error *e) {
    struct picture picture;
    int label = 0;
    if (load(&picture, &p->saved->dataset, path, invert, fit, e) != 0)
        return -1;
    note_inverse(&picture, &p->saved->dataset, path, invert);
    struct split sample = {.count = 1, .pixels = picture.pixels, .labels = &label};
    int result = predict_sample(p, &sample, path, &picture, e);
    if (result == 0 && p->attention_png)
        result = attention_write(p->saved->model, &picture, p->attention_png, e);
    picture_free(&picture);
    return result;
}

static int run(int argc, char **argv, struct error *e) {
    bool invert = false, fit = false, as_json = false;
    const char *threshold = NULL;
    struct predict_job p = {0};
    struct option options[] = {
        {.name = "invert", .flag = &invert, .help = "swap dark and light"},
        {.name = "fit", .flag = &fit, .help = "scale to the model's size, and convert colour"},
        THRESHOLD_OPTION(threshold),
        {.name = "attention", .flag = &p.attention, .help = "show where each part of it looks"},
        {.name = "attention-png",
         .value = &p.attention_png,
         .metavar = "FILE.png",
         .help = "the same, as a picture"},
        {.name = "json", .flag = &as_json, .help = "the result for programs"},
        {0}};
    int count = command_options(&predict_command, options, argc, argv, 2, MOST_PICTURES, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;

    struct text t = {0};
    struct json j = {.out = &t, .lines = 1};
    int result = -1;
    p.j = as_json ? &j : NULL;
    struct model_file *s = model_file_read(argv[1], 1, e);
    if (!s || threshold_set(&predict_command, threshold, s, e) != 0)
        goto done;
    p.saved = s;
    p.order = calloc((size_t)s->dataset.classes.count, sizeof *p.order);
    if (!p.order) {
        error_memory(e, "the ranking");
        goto done;
    }
    bool table = s->dataset.columns.count > 0;
    if (table && (invert || fit || p.attention_png)) {
        error_input(e,
                    "onehot predict: --invert, --fit and --attention-png are for pictures; %s was "
                    "trained on a table",
                    s->path);
        goto done;
    }
    if ((p.attention || p.attention_png) && attention_check(s->model, s->path, e) != 0)
        goto done;
    if (p.attention_png && count > 2) {
        error_input(e, "onehot predict: --attention-png is for one picture, not %d", count - 1);
        goto done;
    }
    json_open(&j, NULL, '[');
    result = table ? predict_table(&p, argv + 2, count - 1, e) : 0;
    for (int i = 2; i <= count && !table && result == 0; i++)
        result = predict_picture(&p, argv[i], invert, fit, e);
    json_close(&j, ']');
    if (as_json && result == 0)
        result = command_print(&t, e);
done:
    text_free(&t);
    free(p.order);
    model_file_free(s);
    return result;
}

const struct command predict_command = {
    .name = "predict",
    .summary = "say what a picture shows, or a row of a table, with probabilities",
    .arguments = "RUN_OR_MODEL SAMPLE ... [--invert] [--fit] [--threshold P] "
                 "[--attention] [--attention-png FILE.png] [--json]",
    .help =
        "Prints each picture as the model sees it, and its most probable classes. A model\n"
        "only knows pictures like those it was trained on: MNIST's digits are white on black,\n"
        "28 x 28, and fill 20 pixels of them, centred. A model for several labels a sample\n"
        "says of each whether the picture has it: whether its probability reaches the\n"
        "threshold.\n\n"
        "For a model of a table SAMPLE is a .csv file, whose header names the columns, or a\n"
        "number for each column, again and again.\n\n"
        "--attention adds a map for each head of the layers \"attention\": line by line, where\n"
        "each row of the picture looks. --attention-png writes them beside the picture.\n\n"
        "examples:\n"
        "  ./onehot predict runs/latest tests/data/seven.png\n"
        "  ./onehot predict runs/latest scan.png --fit --invert\n"
        "  ./onehot predict runs/latest tests/data/seven.png --attention-png looks.png\n"
        "  ./onehot predict runs/latest 0.5 -0.2\n"
        "  ./onehot predict runs/latest new.csv --json\n",
    .run = run,
};
