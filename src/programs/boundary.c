/* onehot boundary: animates how a model divides the plane among the classes, epoch by epoch. */
#include "programs/commands.h"
#include "programs/show_image.h"
#include "programs/trained.h"
#include "report/html.h"
#include "report/plane.h"
#include "runs/training.h"
#include "ui/plot.h"
#include "ui/terminal.h"

/* Of the animation: the cells per side, the maximum number of frames, the seconds for which a frame
 * is shown, and the factor by which the last one is shown longer. */
enum { SIDE = 100, MAX_FRAMES = 300, LAST = 14 };
#define FRAME 0.15

static const struct option options[] = {
    MOVED_DATA_OPTION,
    OPTION(frames, INT, "N", "draw at most N frames (default: 60)", .min = 2, .max = MAX_FRAMES,
           .initial = 60),
    OPTION(out, TEXT, "FILE", "write FILE instead of RUN/boundary.svg"),
    OPTION(plot, FLAG, NULL, "only draw the final boundary, in the terminal"),
    THREADS_OPTION,
};

/* ---- the SVG ---- */

/* Appends a part of boundary.in (base/template.h). */
#define svg_add(t, ...) template_html(t, embed_programs_boundary_in, __VA_ARGS__)

/* In SVG units, as in the template: the box of the cells. The legend is to its right. */
enum { LEFT = 46, RIGHT = 350, TOP = 26, BOTTOM = 330 };
enum { MAX_NAMES = 15, KINDS = 10 };

/* The marks of the classes, in rotation: a disk, a square, a triangle and a diamond of the same
 * apparent size, each as a path from its centre. */
static const char *const marks[4] = {"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
                                     "m-2.7-2.7h5.4v5.4h-5.4z", "m0-3.6l3.6 6.3h-7.2z",
                                     "m0-3.6l3.6 3.6l-3.6 3.6l-3.6-3.6z"};

/* Where the value x of column c is on its axis. */
static double at(const struct plane *p, int c, double x) {
    double fraction = (x - p->low[c]) / (p->high[c] - p->low[c]);
    return c == 0 ? LEFT + (RIGHT - LEFT) * fraction : BOTTOM - (BOTTOM - TOP) * fraction;
}

/* Begins the SVG: the scales. The frames follow. */
static void draw_axes(const struct plane *p, struct text *t) {
    const char *const *columns = p->data->columns.items;
    svg_add(t, "open", "x=%s y=%s", columns[0], columns[1]);
    for (int c = 0; c < 2; c++) {
        double step = axis_round((p->high[c] - p->low[c]) / 6);
        for (double i = ceil(p->low[c] / step); i * step <= p->high[c]; i++) {
            double x = i == 0 ? 0 : i * step; /* never -0 */
            svg_add(t, "tick", "y=%d at=%.1f text=%.5g", c, at(p, c, x), x);
        }
    }
    text_printf(t, "<g class=\"frames\">\n");
}

/* The points, each with the mark of its class, and a legend. */
static void draw_points(const struct plane *p, struct text *t) {
    const struct string_list *classes = &p->data->classes;
    const struct split *points = &p->data->split[TRAIN];
    text_printf(t, "<g class=\"inked marks\">\n");
    for (int i = 0; i < points->count; i += plane_point_step(points))
        svg_add(t, "mark", "ink=%d x=%.1f y=%.1f mark=%s", points->labels[i] % KINDS,
                at(p, 0, (double)points->values[2 * i]),
                at(p, 1, (double)points->values[2 * i + 1]), marks[points->labels[i] % 4]);
    text_printf(t, "</g>\n");
    for (int c = 0; c < classes->count && c < MAX_NAMES; c++) {
        bool rest = c == MAX_NAMES - 1 && classes->count > MAX_NAMES;
        svg_add(t, "name", "ink=%d mark=%s x=%d y=%d name=%s", c % KINDS, rest ? "" : marks[c % 4],
                RIGHT + 14, TOP + 8 + 20 * c, rest ? "…" : classes->items[c]);
    }
    text_printf(t, "</svg>\n");
}

/* ---- the animation ---- */

struct recording {
    struct training *training;
    struct plane plane;
    int frames, next; /* how many to record, and the number of the next one */
    int drawn;
    struct text svg;
};

/* The epoch of frame i. Frames are close together early in training, where most happens. */
static int epoch_of(const struct recording *r, int i) {
    double fraction = (double)i / (r->frames - 1);
    return (int)(fraction * fraction * r->training->config.train.epochs);
}

/* With figures on the training data, which the first frame does not show. */
static void add_frame(struct recording *r, int epoch, double loss, double accuracy, bool last) {
    struct training *t = r->training;
    struct text image = {0};
    plane_look(&r->plane, t->model, &t->scaling, t->pool);
    html_data(&image, &r->plane.picture);
    svg_add(&r->svg, "frame", "i=%d epoch=%d loss=%.4f accuracy=%.2f last=%d image=%s", r->drawn++,
            epoch, loss, 100 * accuracy, last, image.data);
    text_done(&image, &r->svg);
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    struct recording *r = context;
    bool due = false;
    for (; r->next < r->frames && epoch_of(r, r->next) <= row->epoch; r->next++)
        due = true;
    if (due && row->epoch < r->training->config.train.epochs) /* the last frame follows training */
        add_frame(r, row->epoch, row->train_loss, row->train_accuracy, false);
    return 0;
}

/* Repeats the run, which must give the same model, and draws the SVG. A repeating CSS animation,
 * without a script, shows its frames. It is the same for all of them: a frame is visible for a
 * fraction of the time, after its own delay. The delays are negative, so that all frames take part
 * from the start. Readers who prefer reduced motion see only the last one. */
static int record(struct recording *r, const struct model_file *s, struct error *e) {
    struct training *t = r->training;
    struct train_observer observer = {.context = r, .epoch = on_epoch};
    if (plane_make(&r->plane, t->data, SIDE, SIDE, &t->arena, e) != 0)
        return -1;
    draw_axes(&r->plane, &r->svg);
    add_frame(r, 0, 0, 0, false);
    if (train_run(t, &observer, e) != 0)
        return -1;
    if (memcmp(t->model->theta, s->model->theta, t->model->nparams * sizeof(real)) != 0)
        return error_run(e, "%s: the same training run now ends in a different model", s->path);
    struct evaluation v = {0};
    evaluation_run(&v, t->model, &t->train, t->pool);
    add_frame(r, t->at.best_epoch ? t->at.best_epoch : t->at.epochs, v.loss,
              evaluation_accuracy(&v), true);
    double whole = r->drawn - 1 + LAST; /* the length of the animation, in frames */
    template_add(&r->svg, embed_programs_boundary_in, "frames-end",
                 "css=%s frame=%g seconds=%.2f one=%.4f last=%.4f", embed_report_report_css, FRAME,
                 whole * FRAME, 100 / whole, 100 * LAST / whole);
    draw_points(&r->plane, &r->svg);
    return 0;
}

static int animate(const char *directory, const struct model_file *s, const struct options *o,
                   struct error *e) {
    char config[FILE_PATH], out[FILE_PATH], data[FILE_PATH + 16];
    const char *path = o->out ? o->out : out;
    if (file_join(config, sizeof config, directory, "config.json", e) != 0 ||
        file_join(out, sizeof out, directory, "boundary.svg", e) != 0)
        return -1;
    snprintf(data, sizeof data, "data.path=%s", s->config.data.path);
    SCOPED_PTR(training) t = training_new(
        config, (const char *const[]){*s->config.data.path ? data : NULL, NULL}, o->threads, e);
    struct recording r = {.training = t, .frames = o->frames, .next = 1};
    if (t && strcmp(t->data->digest, s->dataset.digest) != 0)
        return error_input(e, "%s: has changed since the run in %s", s->config.data.path,
                           directory);
    if (!t || file_write_text(path, &r.svg, record(&r, s, e), e) != 0)
        return -1;
    printf("%s: %d frames\n", text_shown(path), r.drawn);
    return 0;
}

/* ---- in the terminal ---- */

/* The characters for classes if there are no colours; from the 37th class on, they repeat. */
static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Prints the predicted class of each cell, or a dot where the model is not sure. */
static int plot(struct trained *t, struct error *e) {
    struct plane p;
    bool colours = terminal_present() && terminal_unicode() && !getenv("NO_COLOR");
    int width = terminal_width() < 60 ? terminal_width() : 60;
    int height = colours ? width : width / 2; /* cells are about twice as tall as wide */
    if (trained_read(t, NULL, e) != 0 || plane_make(&p, t->data, width, height, &t->arena, e) != 0)
        return -1;
    plane_look(&p, t->file->model, &t->file->scaling, t->pool);
    if (colours)
        show_image(&p.picture);
    for (int i = 0; i < p.grid.count && !colours; i++) {
        bool sure = (double)p.cells[i].confidence >= 0.6;
        putchar(sure ? letters[p.cells[i].predicted % 36] : '.');
        if (i % width == width - 1)
            putchar('\n');
    }
    char *const *columns = (char *const *)t->data->columns.items;
    printf("\n%s %.4g to %.4g, %s %.4g to %.4g\n", columns[0], p.low[0], p.high[0], columns[1],
           p.low[1], p.high[1]);
    for (int c = 0; c < t->data->classes.count; c++) {
        const uint8_t *ink = plane_ink(c);
        if (colours)
            printf("\033[38;2;%d;%d;%dm■\033[0m", ink[0], ink[1], ink[2]);
        else
            putchar(letters[c % 36]);
        printf(" %s\n", t->data->classes.items[c]);
    }
    if (!colours)
        printf(". confidence below 60 %%\n");
    return 0;
}

/* ---- the command ---- */

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(trained) t = {0};
    if (trained_open_run(&t, arguments[0], o->threads, e) != 0)
        return -1;
    struct model_file *s = t.file;
    if (s->dataset.columns.count != 2)
        return error_input(e,
                           "%s: only a model with two input columns has a boundary in the plane; "
                           "this one has %d inputs",
                           s->path, s->model->act[0].cols);
    if (dataset_multi_label(&s->dataset))
        return error_input(
            e, "%s: is a multi-label model, so one colour per point cannot show its predictions",
            s->path);
    if (o->data)
        s->config.data.path = o->data;
    return o->plot ? plot(&t, e) : animate(arguments[0], s, o, e);
}

COMMAND(boundary, 1, 1);
