#include "report/page.h"
#include "base/file.h"
#include "report/sections.h"
#include "json/flat_json.h"

#include <stdlib.h>

enum { MAX_RESULT = 1000 * 1000 };
enum { MAX_MATRIX = 40 }; /* classes: a larger confusion matrix would be unreadable */

static int prepare(struct report *r, struct error *e) {
    const struct page *p = r->page;
    char path[FILE_PATH];
    struct flat_json result;
    size_t size;
    int split = p->samples[TEST].count > 0 ? TEST : VALIDATION;
    r->figures = (struct figures){.model = p->model,
                                  .data = p->data,
                                  .split = dataset_splits[split],
                                  .samples = p->samples[split]};
    if (file_join(path, FILE_PATH, p->directory, "result.json", e) != 0 ||
        !(r->result = file_read(path, MAX_RESULT, &size, e)) ||
        flat_json_parse(&result, r->result, size, path, &r->arena, e) != 0 ||
        metrics_read(&r->metrics, p->directory, true, &r->arena, e) != 0)
        return -1;
    if (r->figures.samples.count == 0)
        r->figures.split = NULL;
    return r->figures.split ? figures_measure(&r->figures, p->pool, &r->arena, e) : 0;
}

static void write(struct report *r, struct text *t) {
    struct json json = {.out = t, .lines = 3}, *j = &json;
    struct text config = {0};
    config_write(r->page->config, 0, &config);
    json_add(j, "{ inputs=%d parameters=%zu", r->page->model->act[0].cols, r->page->model->nparams);
    json_strings(j, "classes", r->page->data->classes.items, r->page->data->classes.count);
    if (r->figures.split) {
        json_add(j, "evaluation={");
        figures_write(&r->figures, MAX_MATRIX, j);
        json_add(j, "}");
        precision_recall_write(r, j);
        mistakes_write(r, j);
    }
    training_write(r, j);
    augmented_write(r, j);
    plane_write(r, j);
    weights_write(r, j);
    json_raw(j, "config", config.failed ? "null" : config.data);
    json_raw(j, "result", r->result);
    json_add(j, "}");
    text_done(&config, t);
}

/* The beginning, for those without a script, too. */
static void write_title(const struct report *r, struct text *t) {
    const struct evaluation *v = &r->figures.v;
    const char *name = r->page->config->name, *split = r->figures.split;
    double percent = split ? 100 * evaluation_accuracy(v) : 0;
    struct text accuracy = {0};
    if (split)
        text_printf(&accuracy, ": %.2f %%", percent);
    html_open(t, name, accuracy.data, "");
    template_html(t, embed_report_report_html, "report",
                  "name=%s data=%s split=%s accuracy=%.2f right=%d samples=%d wrong=%d "
                  "multi_label=%d",
                  name, r->page->config->data.path, split, percent, v->count - v->errors, v->count,
                  v->errors, r->page->model->multi_label);
    text_done(&accuracy, t);
}

static int make(const struct page *p, bool page, struct text *t, struct error *e) {
    struct report r = {.page = p};
    struct text json = {0};
    int status = prepare(&r, e);
    if (status == 0 && page) {
        write_title(&r, t);
        write(&r, &json);
        html_close(t, &json, embed_report_report_js);
    } else if (status == 0) {
        write(&r, t);
    }
    free(r.result);
    arena_free(&r.arena);
    return status;
}

int page_json(const struct page *p, struct text *t, struct error *e) {
    return make(p, false, t, e);
}

int page_write(const struct page *p, struct error *e) {
    char path[FILE_PATH];
    struct text page = {0};
    if (file_join(path, FILE_PATH, p->directory, "report.html", e) != 0)
        return -1;
    return file_write_text(path, &page, make(p, true, &page, e), e);
}
