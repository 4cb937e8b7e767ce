/* onehot boundary: how a training divides the plane among the classes, epoch by epoch. */
#include "base/file.h"
#include "data/formats.h"
#include "programs/show_picture.h"
#include "report/animation.h"
#include "runs/model_file.h"
#include "runs/training.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command boundary_command;

enum { SIDE = 100, ROWS = 256 };

/* ---- the animation ---- */

struct film {
    struct training *training;
    struct animation animation;
    int frames, next; /* how many are wanted, and the number of the next one */
};

/* The epoch of frame i: the first ones follow closely, as most happens there. */
static int epoch_of(const struct film *f, int i) {
    double share = (double)i / (f->frames - 1);
    return (int)(share * share * f->training->config.train.epochs);
}

static int take(struct film *f, const char *caption, struct error *e) {
    return animation_frame(&f->animation, f->training->model, caption, f->training->pool, e);
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    struct film *f = context;
    char caption[120];
    bool due = false;
    for (; f->next < f->frames && epoch_of(f, f->next) <= row->epoch; f->next++)
        due = true;
    if (!due || row->epoch == f->training->config.train.epochs)
        return 0; /* the last one is taken when the training is over */
    snprintf(caption, sizeof caption, "after epoch %d: training loss %.4f, accuracy %.2f %%",
             row->epoch, row->train_loss, 100 * row->train_accuracy);
    return take(f, caption, e);
}

/* The run is trained again, and the model must be the same. */
static int shoot(struct film *f, const struct model_file *s, struct error *e) {
    char caption[120];
    struct training *t = f->training;
    struct train_observer observer = {.context = f, .epoch = on_epoch};
    f->next = 1;
    if (take(f, "before the first epoch", e) != 0 || train_run(t, &observer, e) != 0)
        return -1;
    if (memcmp(t->model->theta, s->model->theta, t->model->nparams * sizeof(real)) != 0)
        return error_run(e, "%s: the same training ends in another model now", s->path);
    struct evaluation v = {0};
    evaluation_run(&v, t->model, &t->train, t->pool);
    snprintf(caption, sizeof caption, "after epoch %d, the end: loss %.4f, accuracy %.2f %%",
             t->at.best_epoch ? t->at.best_epoch : t->at.epochs, v.loss,
             100 * evaluation_accuracy(&v));
    return take(f, caption, e);
}

static int animate(const char *directory, const struct model_file *s, int frames, const char *out,
                   int threads, struct error *e) {
    char config[FILE_PATH];
    struct film f = {.frames = frames};
    struct text svg = {0};
    int result = -1;
    if (file_join(config, sizeof config, directory, "config.json", e) != 0)
        return -1;
    f.training = training_new(config, NULL, threads, e);
    if (f.training && strcmp(f.training->data->digest, s->dataset.digest) != 0)
        error_input(e, "%s: has changed since the run in %s", s->config.data.path, directory);
    else if (f.training &&
             animation_open(&f.animation, f.training->data, &f.training->scaling, SIDE, e) == 0 &&
             shoot(&f, s, e) == 0 && animation_write(&f.animation, &svg, e) == 0)
        result = file_write(out, svg.data, svg.size, e);
    if (result == 0)
        printf("%s: %d frames\n", out, f.animation.frames);
    animation_free(&f.animation);
    text_free(&svg);
    training_free(f.training);
    return result;
}

/* ---- in the terminal ---- */

/* What stands for a class where nothing has colours; 36 classes in turn. */
static char sign_of(int class) {
    return "0123456789abcdefghijklmnopqrstuvwxyz"[class % 36];
}

/* The sign of the class, or a dot where the model is not sure. */
static void print_signs(const struct plane *p) {
    for (int i = 0; i < p->grid.count; i++) {
        const struct prediction *o = &p->cells[i];
        putchar((double)o->confidence < 0.6 ? '.' : sign_of(o->predicted));
        if (i % p->width == p->width - 1)
            putchar('\n');
    }
}

static void print_legend(const struct string_list *classes, bool colours) {
    for (int c = 0; c < classes->count; c++) {
        const uint8_t *ink = plane_ink(c);
        if (colours)
            printf("\033[38;2;%d;%d;%dm■\033[0m %s\n", ink[0], ink[1], ink[2], classes->items[c]);
        else
            printf("%c %s\n", sign_of(c), classes->items[c]);
    }
    if (!colours)
        printf(". less than 60 %% sure\n");
}

static int plot(const struct model_file *s, struct thread_pool *pool, struct error *e) {
    struct arena a = {0};
    struct plane p;
    struct picture cells = {0};
    bool colours = terminal_present() && terminal_unicode() && !getenv("NO_COLOR");
    int width = terminal_width() < 60 ? terminal_width() : 60;
    struct dataset *d = formats_read(&s->config.data, pool, e);
    int result = d ? model_file_check_dataset(s, d, s->config.data.path, e) : -1;
    if (result == 0) /* a character is about as high as two are wide */
        result = plane_make(&p, &d->split[TRAIN], d->classes.count, width,
                            colours ? width : width / 2, &a, e);
    if (result == 0) {
        plane_look(&p, s->model, &s->scaling, pool);
        if (colours)
            result = plane_picture(&p, &cells, e);
    }
    if (result == 0 && colours)
        show_picture(&cells);
    else if (result == 0)
        print_signs(&p);
    if (result == 0)
        printf("\n%s %.4g to %.4g, %s %.4g to %.4g\n", d->columns.items[0], p.low[0], p.high[0],
               d->columns.items[1], p.low[1], p.high[1]);
    if (result == 0)
        print_legend(&d->classes, colours);
    picture_free(&cells);
    dataset_free(d);
    arena_free(&a);
    return result;
}

/* ---- the command ---- */

static int run(int argc, char **argv, struct error *e) {
    bool as_plot = false;
    const char *text = NULL, *count = "60", *out = NULL;
    char path[FILE_PATH], *end;
    int threads;
    struct option options[] = {
        {.name = "frames",
         .value = &count,
         .metavar = "N",
         .help = "at most so many (the default: 60)"},
        {.name = "out", .value = &out, .metavar = "FILE", .help = "instead of RUN/boundary.svg"},
        {.name = "plot", .flag = &as_plot, .help = "only draw the end, here"},
        COMMAND_THREADS(text),
        {0}};
    int given = command_options(&boundary_command, options, argc, argv, 1, 1, e);
    if (given < 0)
        return given == COMMAND_HELP ? 0 : -1;
    if (command_threads(&boundary_command, text, &threads, e) != 0)
        return -1;
    long frames = strtol(count, &end, 10);
    if (*end || frames < 2 || frames > ANIMATION_FRAMES)
        return error_input(e, "onehot boundary: --frames must be from 2 to %d, got \"%s\"",
                           ANIMATION_FRAMES, count);
    if (!file_is_directory(argv[1]))
        return error_input(e, "%s: is not a run directory", argv[1]);

    struct thread_pool *pool = thread_pool_new(threads, e);
    struct model_file *s = pool ? model_file_read(argv[1], ROWS, e) : NULL;
    int result = s ? 0 : -1;
    if (s && s->dataset.columns.count != 2)
        result = error_input(e,
                             "%s: only a model of two columns divides a plane; this one has %d "
                             "inputs",
                             s->path, s->model->act[0].cols);
    else if (s && s->dataset.multi_label)
        result = error_input(e, "%s: names several labels of a place, which a colour cannot show",
                             s->path);
    if (result == 0 && !out)
        result = file_join(path, sizeof path, argv[1], "boundary.svg", e);
    if (result == 0)
        result = as_plot ? plot(s, pool, e)
                         : animate(argv[1], s, (int)frames, out ? out : path, threads, e);
    model_file_free(s);
    thread_pool_free(pool);
    return result;
}

const struct command boundary_command = {
    .name = "boundary",
    .summary = "show how a model divides the plane, epoch by epoch",
    .arguments = "RUN [--frames N] [--out FILE] [--plot] [--threads N]",
    .help = "For models of tables with two columns. Trains the run again, which gives the same\n"
            "model to the bit, and writes an animated picture of what it says where: an SVG\n"
            "file that any browser shows, and that needs nothing else. The frames follow closely\n"
            "at first, where most happens. report.html has the picture of the end.\n\n"
            "examples:\n"
            "  ./train configs/tiny/spiral.json && ./onehot boundary runs/latest\n"
            "  ./onehot boundary runs/latest --frames 20 --out small.svg\n"
            "  ./onehot boundary runs/latest --plot\n",
    .run = run,
};
