#include "report/page.h"
#include "base/file.h"
#include "report/sections.h"
#include "json/json_parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RESULT = 1000 * 1000 };

/* Chooses the test set, else the validation set, else nothing. */
static int choose_samples(struct report *r, struct error *e) {
    const struct page *p = r->page;
    const struct config *c = p->config;
    const struct split *splits = p->data->split;
    bool trains = sample_set_aside(splits, &c->data) < splits[TRAIN].count;
    if (trains && sample_set_divide(splits, &c->data, p->scaling, p->data->classes.count,
                                    (uint64_t)c->seed, &r->arena, &r->train, &r->samples, e) != 0)
        return -1;
    r->split = trains && sample_set_validates(splits, &c->data) ? "validation" : NULL;
    if (splits[TEST].count == 0)
        return 0;
    r->split = "test";
    r->samples = sample_set_all(&splits[TEST], p->scaling, &r->arena);
    return r->samples.order ? 0 : error_memory(e, "the test set");
}

static int prepare(struct report *r, struct error *e) {
    const struct page *p = r->page;
    char path[FILE_PATH], *result = NULL;
    size_t size;
    r->classes = &p->data->classes;
    if (file_join(path, FILE_PATH, p->directory, "result.json", e) == 0)
        result = file_read(path, MAX_RESULT, &size, e);
    int status = result ? flat_json_parse(&r->result, result, size, path, &r->arena, e) : -1;
    free(result);
    if (status != 0 || metrics_read(&r->metrics, p->directory, true, &r->arena, e) != 0 ||
        choose_samples(r, e) != 0)
        return -1;
    return r->split &&
                   (evaluation_run_all(&r->v, p->model, &r->samples, p->pool, &r->arena, e) != 0 ||
                    roc_measure(&r->roc, &r->v, &r->samples, &r->arena, e) != 0)
               ? -1
               : 0;
}

static void title(struct report *r) {
    const struct page *p = r->page;
    const struct model *model = p->model;
    struct text *t = &r->text;
    html_add(t, "title",
             "name=%s data=%s split=%s accuracy=%.2f error=%.2f right=%d samples=%d wrong=%d "
             "multi_label=%d loss=%.4f",
             p->config->name, p->config->data.path, r->split, 100 * evaluation_accuracy(&r->v),
             100 * evaluation_standard_error(&r->v), r->v.count - r->v.errors, r->v.count,
             r->v.errors, model->multi_label, r->v.loss);
    training_model(r);
    html_add(t, "title-facts", "split=%s loss=%.4f inputs=%d", r->split, r->v.loss,
             model->act[0].cols);
    for (int i = 0; i < model->nlayers; i++) {
        const struct layer *l = &model->layers[i];
        html_add(t, "layer", "type=%s units=%d", l->type->kind.name, l->nparams > 0 ? l->out : 0);
    }
    html_add(t, "facts", "parameters=%zu epochs=%d of=%d batch_size=%d seed=%d", model->nparams,
             r->metrics.count, p->config->train.epochs, p->config->train.batch_size,
             p->config->seed);
}

static void warnings(struct report *r) {
    const struct flat_json_row *row = flat_json_find(&r->result, "warnings");
    struct error not_a_list = {0};
    cJSON *list = row ? json_parse(row->value, strlen(row->value), row->name, &not_a_list) : NULL;
    for (const cJSON *item = list ? list->child : NULL; item; item = item->next)
        html_add(&r->text, "warning", "first=%d text=%s last=%d", item == list->child,
                 item->valuestring, !item->next);
    cJSON_Delete(list);
}

/* The config, and every text and number in result.json: a later version may add some. */
static void provenance(struct report *r) {
    struct text json = {0};
    config_write(r->page->config, 2, &json);
    html_add(&r->text, "config", "json=%s", json.data);
    text_done(&json, &r->text);
    for (const struct flat_json_row *row = r->result.rows; row < r->result.rows + r->result.count;
         row++)
        if (row->string || !isnan(row->number))
            html_add(&r->text, "fact", "hash=%d name=%s value=%s", strlen(row->value) >= 40,
                     row->name, row->value);
    html_part(&r->text, "foot");
}

static void write(struct report *r) {
    char accuracy[32] = "";
    if (r->split)
        snprintf(accuracy, sizeof accuracy, ": %.2f %%", 100 * evaluation_accuracy(&r->v));
    html_head(&r->text, r->page->config->name, accuracy, "");
    title(r);
    warnings(r);
    training_write(r);
    plane_write(r);
    if (r->split) {
        classes_write(r);
        precision_recall_write(r);
        mistakes_write(r);
        reliability_write(r);
    }
    weights_write(r);
    provenance(r);
}

int page_write(const struct page *p, struct error *e) {
    char path[FILE_PATH];
    struct report r = {.page = p};
    if (file_join(path, FILE_PATH, p->directory, "report.html", e) != 0)
        return -1;
    int status = prepare(&r, e);
    if (status == 0)
        write(&r);
    status = file_write_text(path, &r.text, status, e);
    arena_free(&r.arena);
    return status;
}
