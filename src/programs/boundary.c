/* onehot boundary: how a model divides the plane among the classes, epoch by epoch. */
#include "base/file.h"
#include "programs/commands.h"
#include "programs/show_picture.h"
#include "programs/trained.h"
#include "report/html.h"
#include "report/plane.h"
#include "runs/training.h"
#include "ui/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the animation: cells of its grid, frames, how long one is shown, in seconds, and how many
 * times longer the last one is. */
enum { SIDE = 100, MAX_FRAMES = 300, LAST = 14 };
#define FRAME 0.15

struct options {
    const char *data, *out;
    bool plot;
    int frames, threads;
};

static const struct option options[] = {
    MOVED_DATA_OPTION,
    OPTION(frames, INT, "N", "at most N frames (default: 60)", .min = 2, .max = MAX_FRAMES,
           .initial = 60),
    OPTION(out, TEXT, "FILE", "instead of RUN/boundary.svg"),
    OPTION(plot, FLAG, NULL, "only draw the final boundary, in the terminal"),
    THREADS_OPTION,
    END_OPTION,
};

/* ---- the animation ---- */

struct recording {
    struct training *training;
    struct plane plane;
    int frames, next; /* how many to record, and the number of the next one */
    int drawn;
    struct text svg;
    struct arena arena;
};

/* The epoch of frame i. Frames are close together at the start, where most changes happen. */
static int epoch_of(const struct recording *r, int i) {
    double fraction = (double)i / (r->frames - 1);
    return (int)(fraction * fraction * r->training->config.train.epochs);
}

static void add_frame(struct recording *r, const char *caption) {
    struct training *t = r->training;
    plane_look(&r->plane, t->model, &t->scaling, t->pool);
    html_add(&r->svg, "frame", "i=%d caption=%s", r->drawn++, caption);
    plane_svg_cells(&r->plane, &r->svg);
    text_printf(&r->svg, "</g>\n");
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    (void)e;
    struct recording *r = context;
    char caption[120];
    bool due = false;
    for (; r->next < r->frames && epoch_of(r, r->next) <= row->epoch; r->next++)
        due = true;
    if (!due || row->epoch == r->training->config.train.epochs)
        return 0; /* the last frame is recorded after the training */
    snprintf(caption, sizeof caption, "after epoch %d: training loss %.4f, accuracy %.2f %%",
             row->epoch, row->train_loss, 100 * row->train_accuracy);
    add_frame(r, caption);
    return 0;
}

/* Completes the SVG, in which a repeating animation without a script shows the frames. It is the
 * same for all of them: a frame is visible for a fraction of the time, after its own delay. The
 * delays are negative, so that all frames take part from the start. Readers who prefer reduced
 * motion see only the last one. */
static void end_frames(struct recording *r) {
    double whole = r->drawn - 1 + LAST;
    template_add(&r->svg, embed_report_report_html, "frames-end",
                 "css=%s frame=%g seconds=%.2f one=%.4f last=%.4f", embed_report_report_css, FRAME,
                 whole * FRAME, 100 / whole, 100 * LAST / whole);
    plane_svg_close(&r->plane, &r->svg);
}

/* Repeats the run, which must give the same model. */
static int record(struct recording *r, const struct model_file *s, struct error *e) {
    char caption[120];
    struct training *t = r->training;
    struct train_observer observer = {.context = r, .epoch = on_epoch};
    if (plane_make(&r->plane, t->data, SIDE, SIDE, &r->arena, e) != 0)
        return -1;
    plane_svg_open(&r->plane, "the predicted classes, over the epochs", &r->svg);
    html_part(&r->svg, "frames");
    add_frame(r, "before the first epoch");
    if (train_run(t, &observer, e) != 0)
        return -1;
    if (memcmp(t->model->theta, s->model->theta, t->model->nparams * sizeof(real)) != 0)
        return error_run(e, "%s: the same training run now ends in a different model", s->path);
    struct evaluation v = {0};
    evaluation_run(&v, t->model, &t->train, t->pool);
    snprintf(caption, sizeof caption, "after epoch %d, the end: loss %.4f, accuracy %.2f %%",
             t->at.best_epoch ? t->at.best_epoch : t->at.epochs, v.loss,
             100 * evaluation_accuracy(&v));
    add_frame(r, caption);
    end_frames(r);
    return 0;
}

static int animate(const char *directory, const struct model_file *s, int frames, const char *out,
                   int threads, struct error *e) {
    char config[FILE_PATH], path[FILE_PATH], data[FILE_PATH + 16];
    struct recording r = {.frames = frames, .next = 1};
    int result = -1;
    if (file_join(config, sizeof config, directory, "config.json", e) != 0 ||
        file_join(path, sizeof path, directory, "boundary.svg", e) != 0)
        return -1;
    out = out ? out : path;
    snprintf(data, sizeof data, "data.path=%s", s->config.data.path);
    struct training *t = r.training = training_new(
        config, (const char *const[]){*s->config.data.path ? data : NULL, NULL}, threads, e);
    if (t && strcmp(t->data->digest, s->dataset.digest) != 0)
        error_input(e, "%s: has changed since the run in %s", s->config.data.path, directory);
    else if (t && record(&r, s, e) == 0)
        result = file_write_text(out, &r.svg, 0, e);
    if (result == 0)
        printf("%s: %d frames\n", out, r.drawn);
    text_free(&r.svg);
    arena_free(&r.arena);
    training_free(t);
    return result;
}

/* ---- in the terminal ---- */

/* Represents the class if there are no colours. There are 36 characters, which repeat. */
static char letter_of(int class) {
    return "0123456789abcdefghijklmnopqrstuvwxyz"[class % 36];
}

/* The predicted class of each cell, or a dot where the model is not sure. */
static void print_letters(const struct plane *p) {
    for (int i = 0; i < p->grid.count; i++) {
        const struct prediction *o = &p->cells[i];
        putchar((double)o->confidence < 0.6 ? '.' : letter_of(o->predicted));
        if (i % p->picture.width == p->picture.width - 1)
            putchar('\n');
    }
}

static void print_legend(const struct string_list *classes, bool colours) {
    for (int c = 0; c < classes->count; c++) {
        const uint8_t *ink = plane_ink(c);
        if (colours)
            printf("\033[38;2;%d;%d;%dm■\033[0m %s\n", ink[0], ink[1], ink[2], classes->items[c]);
        else
            printf("%c %s\n", letter_of(c), classes->items[c]);
    }
    if (!colours)
        printf(". confidence below 60 %%\n");
}

static int plot(struct trained *t, struct error *e) {
    struct plane p;
    bool colours = terminal_present() && terminal_unicode() && !getenv("NO_COLOR");
    int width = terminal_width() < 60 ? terminal_width() : 60;
    int height = colours ? width : width / 2; /* cells are about twice as tall as wide */
    if (trained_read(t, NULL, e) != 0 || plane_make(&p, t->data, width, height, &t->arena, e) != 0)
        return -1;
    plane_look(&p, t->file->model, &t->file->scaling, t->pool);
    if (colours)
        show_picture(&p.picture);
    else
        print_letters(&p);
    char *const *columns = (char *const *)t->data->columns.items;
    printf("\n%s %.4g to %.4g, %s %.4g to %.4g\n", columns[0], p.low[0], p.high[0], columns[1],
           p.low[1], p.high[1]);
    print_legend(&t->data->classes, colours);
    return 0;
}

/* ---- the command ---- */

static int check(const struct model_file *s, struct error *e) {
    if (s->dataset.columns.count != 2)
        return error_input(e,
                           "%s: only a model with two input columns has a boundary in the plane; "
                           "this one has %d inputs",
                           s->path, s->model->act[0].cols);
    if (s->dataset.multi_label)
        return error_input(e, "%s: is a multi-label model, whose predictions a colour cannot show",
                           s->path);
    return 0;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    struct trained t;
    int result = -1;
    bool opened = trained_open_run(&t, arguments[0], o->threads, e) == 0 && check(t.file, e) == 0;
    if (opened && o->data)
        t.file->config.data.path = o->data;
    if (opened)
        result =
            o->plot ? plot(&t, e) : animate(arguments[0], t.file, o->frames, o->out, o->threads, e);
    trained_close(&t);
    return result;
}

COMMAND(boundary, 1, 1);
