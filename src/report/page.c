#include "report/page.h"
#include "base/file.h"
#include "report/sections.h"
#include "json/json_parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RESULT = 1000 * 1000 };

/* ---- what it shows ---- */

/* Chooses the test set, otherwise the validation set, otherwise nothing. */
static int choose_samples(struct report *r, struct error *e) {
    const struct page *p = r->page;
    const struct config *c = p->config;
    const struct split *splits = p->data->split;
    if (sample_set_aside(splits, &c->data) < splits[TRAIN].count) {
        if (sample_set_divide(splits, &c->data, p->scaling, p->data->classes.count,
                              (uint64_t)c->seed, &r->arena, &r->train, &r->samples, e) != 0)
            return -1;
        r->split = sample_set_validates(splits, &c->data) ? "validation" : NULL;
    }
    if (splits[TEST].count == 0)
        return 0;
    r->split = "test";
    r->samples = sample_set_all(&splits[TEST], p->scaling, &r->arena);
    return r->samples.order ? 0 : error_memory(e, "the test set");
}

static int prepare(struct report *r, const char *metrics, struct error *e) {
    const struct page *p = r->page;
    r->classes = &p->data->classes;
    if (metrics_read(&r->metrics, metrics, &r->arena, e) != 0 || choose_samples(r, e) != 0)
        return -1;
    return r->split &&
                   (evaluation_run_all(&r->v, p->model, &r->samples, p->pool, &r->arena, e) != 0 ||
                    roc_measure(&r->roc, &r->v, &r->samples, &r->arena, e) != 0)
               ? -1
               : 0;
}

/* ---- the title ---- */

static void title(struct report *r) {
    const struct page *p = r->page;
    const struct model *model = p->model;
    struct text *t = &r->text;
    html_add(t, "title",
             "name=%s data=%s split=%s accuracy=%.2f error=%.2f right=%s samples=%s wrong=%s "
             "multi_label=%d loss=%.4f",
             p->config->name, p->config->data.path, r->split, 100 * evaluation_accuracy(&r->v),
             100 * evaluation_standard_error(&r->v), html_count(r->v.count - r->v.errors).text,
             html_count(r->v.count).text, html_count(r->v.errors).text, model->multi_label,
             r->v.loss);
    training_model(r);
    html_add(t, "title-facts", "split=%s loss=%.4f inputs=%s", r->split, r->v.loss,
             html_count(model->act[0].cols).text);
    for (int i = 0; i < model->nlayers; i++) {
        const struct layer *l = &model->layers[i];
        html_add(t, "layer", "type=%s units=%s", l->type->kind.name,
                 l->nparams > 0 ? html_count(l->out).text : "");
    }
    html_add(t, "facts", "parameters=%s epochs=%d of=%s batch_size=%d seed=%d",
             html_count((long long)model->nparams).text, r->metrics.count,
             r->metrics.count < p->config->train.epochs ? html_count(p->config->train.epochs).text
                                                        : "",
             p->config->train.batch_size, p->config->seed);
}

/* ---- provenance ---- */

/* A member of result.json; the key "model_sha256" is shown as "model SHA-256". */
static void fact(const cJSON *item, struct text *t) {
    struct text name = {0}, number = {0};
    const char *value = cJSON_IsString(item) ? item->valuestring
                        : cJSON_IsTrue(item) ? "yes"
                                             : "no";
    if (cJSON_IsNumber(item)) {
        text_number(&number, item->valuedouble);
        value = number.data;
    }
    for (const char *key = item->string; *key; key++)
        if (strcmp(key, "sha256") == 0) {
            text_printf(&name, "SHA-256");
            break;
        } else {
            text_add(&name, *key == '_' ? " " : key, 1);
        }
    html_add(t, "fact", "hash=%d name=%s value=%s",
             cJSON_IsString(item) && strlen(item->valuestring) >= 40, name.data, value);
    text_done(&name, t);
    text_done(&number, t);
}

/* The config, and all members of result.json, whatever they are: a later version may add some. */
static void provenance(const struct config *c, const cJSON *result, struct text *t) {
    const cJSON *item;
    struct text json = {0};
    config_write(c, 2, &json);
    html_add(t, "config", "json=%s", json.data);
    text_done(&json, t);
    cJSON_ArrayForEach(item, result) {
        if (cJSON_IsString(item) || cJSON_IsNumber(item) || cJSON_IsBool(item))
            fact(item, t);
    }
    html_part(t, "foot");
}

static void warnings(const cJSON *result, struct text *t) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(result, "warnings"), *item;
    if (cJSON_GetArraySize(list) == 0)
        return;
    html_part(t, "warnings");
    cJSON_ArrayForEach(item, list) {
        if (cJSON_IsString(item))
            html_add(t, "warning", "text=%s", item->valuestring);
    }
    text_printf(t, "</div>\n");
}

/* ---- the whole ---- */

static void write(struct report *r, const cJSON *result) {
    char accuracy[32] = "";
    if (r->split)
        snprintf(accuracy, sizeof accuracy, ": %.2f %%", 100 * evaluation_accuracy(&r->v));
    html_head(&r->text, r->page->config->name, accuracy, "");
    title(r);
    warnings(result, &r->text);
    training_write(r);
    boundary_write(r);
    if (r->split) {
        classes_write(r);
        precision_recall_write(r);
        mistakes_write(r);
    }
    if (r->split && !r->page->model->multi_label)
        reliability_write(r);
    weights_write(r);
    provenance(r->page->config, result, &r->text);
}

/* The members of result.json; the caller frees. */
static cJSON *read_result(const char *path, struct error *e) {
    size_t size;
    char *text = file_read(path, MAX_RESULT, &size, e);
    cJSON *root = text ? json_parse(text, size, path, e) : NULL;
    free(text);
    if (!root || cJSON_IsObject(root))
        return root;
    error_input(e, "%s: is not a JSON object", path);
    cJSON_Delete(root);
    return NULL;
}

int page_write(const struct page *p, struct error *e) {
    char result_path[FILE_PATH], metrics_path[FILE_PATH], path[FILE_PATH];
    struct report r = {.page = p};
    if (file_join(result_path, FILE_PATH, p->directory, "result.json", e) != 0 ||
        file_join(metrics_path, FILE_PATH, p->directory, "metrics.csv", e) != 0 ||
        file_join(path, FILE_PATH, p->directory, "report.html", e) != 0)
        return -1;
    cJSON *result = read_result(result_path, e);
    int status = result ? prepare(&r, metrics_path, e) : -1;
    if (status == 0)
        write(&r, result);
    status = file_write_text(path, &r.text, status, e);
    cJSON_Delete(result);
    arena_free(&r.arena);
    return status;
}
