#include "report/page.h"
#include "base/file.h"
#include "json/flat_json.h"

enum { MAX_RESULT = 1000 * 1000 };
enum { MAX_MATRIX = 40 }; /* classes: a larger confusion matrix would be unreadable */

/* ---- the epochs ---- */

enum { MAX_POINTS = 200 }; /* per curve: that of a long run skips epochs */

/* The best epoch by that monitor, from 1, the first of equal ones, as in train/best.c; for
 * MONITOR_NONE, the last one. With the config's monitor, that is the saved model's epoch. */
static int best(const struct metrics *m, int monitor) {
    const struct train_epoch *rows = m->rows;
    int at = monitor == MONITOR_NONE ? m->count - 1 : 0;
    for (int i = at + 1; i < m->count; i++)
        if (monitor == MONITOR_LOSS ? rows[i].validation_loss < rows[at].validation_loss
                                    : rows[i].validation_accuracy > rows[at].validation_accuracy)
            at = i;
    return at + 1;
}

static void write_training(struct page *p, struct json *j) {
    const struct metrics *m = &p->metrics;
    if (m->count == 0)
        return;
    int step = (m->count + MAX_POINTS - 1) / MAX_POINTS;
    int lowest = best(m, MONITOR_LOSS), epoch = best(m, p->config->early_stopping.monitor);
    json_add(j, "model_epoch=%d lowest_loss_epoch=%d epochs=[", epoch, lowest);
    for (int i = 0; i < m->count; i++) {
        const struct train_epoch *row = &m->rows[i];
        if (i == 0 || i + 1 == lowest || i + 1 == epoch || (m->count - 1 - i) % step == 0)
            json_add(j,
                     "{ epoch=%d learning_rate=%g train_loss=%g train_accuracy=%g "
                     "validation_loss=%g validation_accuracy=%g }",
                     row->epoch, row->learning_rate, row->train_loss, row->train_accuracy,
                     row->validation_loss, row->validation_accuracy);
    }
    json_add(j, "]");
    const char *objective = loss_objective(&p->config->loss);
    if (*objective) {
        struct evaluation v = {0};
        evaluation_run(&v, p->model, &p->samples[TRAIN], p->pool);
        json_add(j, "objective=%s train_loss=%g", objective, v.loss);
    }
}

/* ---- what training sees of the images ---- */

static void write_augmented(struct page *p, struct json *j) {
    enum { COLUMNS = 16, EPOCHS = 3 };
    const struct dataset *d = p->data;
    const struct config *c = p->config;
    const struct sample_set *train = &p->samples[TRAIN];
    struct error e = {0};
    int count = train->count < COLUMNS ? train->count : COLUMNS;
    if (count == 0 || d->columns.count > 0 || !augment_is_on(&c->data.augment))
        return;
    struct augment *a = augment_new(&c->data.augment, (uint64_t)c->seed, d->height, d->width,
                                    d->channels, 1, p->arena, &e);
    SCOPED(picture) sheet = {0};
    if (a)
        sheet = augment_sheet(d, a, train->order, count, EPOCHS);
    if (sheet.pixels)
        html_picture(j, "augmented", &sheet);
    j->out->failed |= !sheet.pixels;
}

/* ---- precision and recall, by threshold ---- */

/* Leaves out points that are closer than can be seen, except the best one. */
static void write_precision_recall(struct page *p, struct json *j) {
    const double step = 0.001;
    const struct roc *roc = &p->figures.roc;
    struct class_figures drawn = {-1, -1, -1};
    if (roc->count == 0 || isnan(roc->auc))
        return;
    json_add(j, "thresholds=[");
    for (int i = 0; i < roc->count; i++) {
        struct class_figures f = class_counts_figures(&roc->points[i].counts);
        if (i != roc->best && i != roc->count - 1 && fabs(f.precision - drawn.precision) < step &&
            fabs(f.recall - drawn.recall) < step)
            continue;
        json_add(j, "{ threshold=%g precision=%g recall=%g }", roc->points[i].threshold,
                 f.precision, f.recall);
        drawn = f;
    }
    json_add(j, "]");
}

/* ---- the first layer ---- */

static void write_weights(struct page *p, struct json *j) {
    enum { MAX = 48, SIDE = 64 };
    const struct dataset *d = p->data;
    const struct model *m = p->model;
    if (!m->layers->type->affine || d->columns.count > 0)
        return;
    struct tensor w = m->layers->params[0].value;
    struct html_grid g = {d->width, d->height, d->channels, w.cols, w.data};
    int n = w.cols < MAX ? w.cols : MAX;
    double squares = 0;
    for (int k = 0; k < n; k++, g.data++)
        for (int i = 0; i < g.width * g.height; i++)
            squares += html_grid_mean(&g, i) * html_grid_mean(&g, i);
    /* The weight of the darkest colour: not the largest, so outliers do not wash out the rest. */
    double max = 3 * sqrt(squares / n / g.width / g.height);
    json_add(j, "weights={ units=%d max=%g images=[", w.cols, max);
    g.data = w.data;
    for (int k = 0; k < n; k++, g.data++)
        html_grid(j, NULL, &g, max, SIDE);
    json_add(j, "] }");
}

/* ---- the page ---- */

static void write(struct page *p, const char *result, struct text *t) {
    struct json json = {.out = t, .lines = 3}, *j = &json;
    struct text config = {0};
    config_write(p->config, 0, &config);
    json_add(j, "{ inputs=%d parameters=%zu", p->model->act[0].cols, p->model->nparams);
    json_strings(j, "classes", p->data->classes.items, p->data->classes.count);
    if (p->figures.split) {
        json_add(j, "evaluation={");
        figures_write(&p->figures, MAX_MATRIX, j);
        json_add(j, "}");
        write_precision_recall(p, j);
        mistakes_write(p, j);
    }
    write_training(p, j);
    write_augmented(p, j);
    plane_write(p, j);
    write_weights(p, j);
    json_raw(j, "config", config.failed ? "null" : config.data);
    json_raw(j, "result", result);
    json_add(j, "}");
    text_done(&config, t);
}

int page_json(struct page *p, struct text *t, struct error *e) {
    char path[FILE_PATH];
    struct flat_json object;
    size_t size;
    int split = p->samples[TEST].count > 0 ? TEST : VALIDATION;
    p->figures = (struct figures){p->model, p->data, .samples = p->samples[split]};
    p->figures.split = p->figures.samples.count > 0 ? dataset_splits[split] : NULL;
    if (file_join(path, FILE_PATH, p->directory, "result.json", e) != 0)
        return -1;
    SCOPED_MEMORY char *result = file_read(path, MAX_RESULT, &size, e);
    if (!result || flat_json_parse(&object, result, size, path, p->arena, e) != 0 ||
        metrics_read(&p->metrics, p->directory, true, p->arena, e) != 0 ||
        (p->figures.split && figures_measure(&p->figures, p->pool, p->arena, e) != 0))
        return -1;
    write(p, result, t);
    return 0;
}

/* The beginning, for those without a script, too. */
static void write_title(const struct page *p, struct text *t) {
    const struct evaluation *v = &p->figures.v;
    const char *name = p->config->name, *split = p->figures.split;
    double percent = split ? 100 * evaluation_accuracy(v) : 0;
    char accuracy[16] = "";
    if (split)
        snprintf(accuracy, sizeof accuracy, ": %.2f %%", percent);
    html_open(t, name, accuracy, "");
    template_html(t, embed_report_report_html, "report",
                  "name=%s data=%s split=%s accuracy=%.2f right=%d samples=%d wrong=%d "
                  "multi_label=%d",
                  name, p->config->data.path, split, percent, v->count - v->errors, v->count,
                  v->errors, p->model->multi_label);
}

int page_write(struct page *p, struct error *e) {
    char path[FILE_PATH];
    struct text json = {0}, page = {0};
    if (file_join(path, FILE_PATH, p->directory, "report.html", e) != 0 ||
        page_json(p, &json, e) != 0)
        return -1;
    write_title(p, &page);
    html_close(&page, &json, embed_report_report_js);
    return file_write_text(path, &page, 0, e);
}
