#include "report/page.h"
#include "base/file.h"
#include "json/flat_json.h"

enum { MAX_RESULT = 1000 * 1000 };
enum { MAX_MATRIX = 40 }; /* classes: a larger confusion matrix would be unreadable */

static int prepare(struct page *p, struct error *e) {
    char path[FILE_PATH];
    struct flat_json result;
    size_t size;
    int split = p->samples[TEST].count > 0 ? TEST : VALIDATION;
    p->figures = (struct figures){.model = p->model,
                                  .data = p->data,
                                  .split = dataset_splits[split],
                                  .samples = p->samples[split]};
    if (file_join(path, FILE_PATH, p->directory, "result.json", e) != 0 ||
        !(p->result = file_read(path, MAX_RESULT, &size, e)) ||
        flat_json_parse(&result, p->result, size, path, &p->arena, e) != 0 ||
        metrics_read(&p->metrics, p->directory, true, &p->arena, e) != 0)
        return -1;
    if (p->figures.samples.count == 0)
        p->figures.split = NULL;
    return p->figures.split ? figures_measure(&p->figures, p->pool, &p->arena, e) : 0;
}

static void write(struct page *p, struct text *t) {
    struct json json = {.out = t, .lines = 3}, *j = &json;
    struct text config = {0};
    config_write(p->config, 0, &config);
    json_add(j, "{ inputs=%d parameters=%zu", p->model->act[0].cols, p->model->nparams);
    json_strings(j, "classes", p->data->classes.items, p->data->classes.count);
    if (p->figures.split) {
        json_add(j, "evaluation={");
        figures_write(&p->figures, MAX_MATRIX, j);
        json_add(j, "}");
        precision_recall_write(p, j);
        mistakes_write(p, j);
    }
    training_write(p, j);
    augmented_write(p, j);
    plane_write(p, j);
    weights_write(p, j);
    json_raw(j, "config", config.failed ? "null" : config.data);
    json_raw(j, "result", p->result);
    json_add(j, "}");
    text_done(&config, t);
}

/* The beginning, for those without a script, too. */
static void write_title(const struct page *p, struct text *t) {
    const struct evaluation *v = &p->figures.v;
    const char *name = p->config->name, *split = p->figures.split;
    double percent = split ? 100 * evaluation_accuracy(v) : 0;
    struct text accuracy = {0};
    if (split)
        text_printf(&accuracy, ": %.2f %%", percent);
    html_open(t, name, accuracy.data, "");
    template_html(t, embed_report_report_html, "report",
                  "name=%s data=%s split=%s accuracy=%.2f right=%d samples=%d wrong=%d "
                  "multi_label=%d",
                  name, p->config->data.path, split, percent, v->count - v->errors, v->count,
                  v->errors, p->model->multi_label);
    text_done(&accuracy, t);
}

int page_json(struct page *p, struct text *t, struct error *e) {
    int status = prepare(p, e);
    if (status == 0)
        write(p, t);
    free(p->result);
    arena_free(&p->arena);
    return status;
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
