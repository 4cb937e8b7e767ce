#include "report/page.h"
#include "base/embed.h"
#include "base/file.h"
#include "report/chart.h"
#include "report/sections.h"
#include "json/json_parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RESULT = 1000 * 1000 };

/* ---- the title ---- */

static void layers(const struct model *m, struct text *t) {
    text_printf(t, "<div><dt>layers</dt><dd>%s", html_count(m->act[0].cols).text);
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        text_printf(t, " → %s", l->type->kind.name);
        if (l->nparams > 0)
            text_printf(t, " %s", html_count(l->out).text);
    }
    text_printf(t, "</dd></div>\n");
}

static void title(const struct page *p, const struct test_results *r, const struct metrics *m,
                  struct text *t) {
    text_printf(t, "<header>\n<p>onehot, trained on ");
    html_text(t, p->config->data.path);
    text_printf(t, "</p>\n<h1>");
    html_text(t, p->config->name);
    if (r->split)
        text_printf(t,
                    " <strong>%.2f %% <small>± %.2f</small></strong></h1>\n<p class=\"says\">%s of "
                    "%s %s samples right%s, %s wrong.</p>\n",
                    100 * evaluation_accuracy(&r->v), 100 * evaluation_standard_error(&r->v),
                    html_count(r->v.count - r->v.errors).text, html_count(r->v.count).text,
                    r->split, p->model->multi_label ? " in all labels" : "",
                    html_count(r->v.errors).text);
    else
        text_printf(t, "</h1>\n<p class=\"says\">There is neither a test set nor a validation set, "
                       "so the quality of this model is unknown.</p>\n");
    text_printf(t, "<dl class=\"facts\">\n");
    if (r->split)
        text_printf(t, "<div><dt>%s loss</dt><dd>%.4f nats</dd></div>\n", r->split, r->v.loss);
    layers(p->model, t);
    text_printf(t,
                "<div><dt>parameters</dt><dd>%s</dd></div>\n"
                "<div><dt>epochs</dt><dd>%d</dd></div>\n"
                "<div><dt>batch size</dt><dd>%d</dd></div>\n"
                "<div><dt>seed</dt><dd>%d</dd></div>\n</dl>\n</header>\n",
                html_count((long long)p->model->nparams).text, m->count,
                p->config->train.batch_size, p->config->seed);
}

/* ---- the curves ---- */

#define FIELD(name) offsetof(struct train_epoch, name)

static bool learning_rate_moves(const struct metrics *m) {
    for (int i = 1; i < m->count; i++)
        if (m->rows[i].learning_rate != m->rows[0].learning_rate)
            return true;
    return false;
}

static void training(const struct metrics *m, struct text *t) {
    bool validation = !isnan(m->rows[0].validation_loss);
    int best = 0;
    for (int i = 1; i < m->count; i++)
        if (m->rows[i].validation_loss < m->rows[best].validation_loss)
            best = i;
    struct chart loss = {.title = "Loss",
                         .unit = "nats",
                         .from_zero = true,
                         .names = {"training", "validation"},
                         .fields = {FIELD(train_loss), FIELD(validation_loss)},
                         .lines = validation ? 2 : 1,
                         .mark = validation ? best + 1 : 0};
    struct chart accuracy = {.title = "Accuracy",
                             .unit = "",
                             .percent = true,
                             .names = {"training", "validation"},
                             .fields = {FIELD(train_accuracy), FIELD(validation_accuracy)},
                             .lines = validation ? 2 : 1};
    struct chart rate = {.title = "Learning rate",
                         .unit = "",
                         .from_zero = true,
                         .names = {"rate"},
                         .fields = {FIELD(learning_rate)},
                         .lines = 1};
    text_printf(t, "<section>\n<h2>Training</h2>\n<div class=\"two charts\">\n");
    chart_write(&loss, m, t);
    chart_write(&accuracy, m, t);
    if (learning_rate_moves(m))
        chart_write(&rate, m, t);
    text_printf(t, "</div>\n<p class=\"note\">");
    if (validation)
        text_printf(t, "Validation loss is lowest after epoch %d (the ring): %.4f. ", best + 1,
                    m->rows[best].validation_loss);
    if (!learning_rate_moves(m))
        text_printf(t, "The learning rate is %.4g throughout. ", m->rows[0].learning_rate);
    text_printf(t,
                "Training figures are measured during an epoch, while the model "
                "changes%s.</p>\n</section>\n",
                validation ? "; validation figures at its end" : "");
}

/* ---- where it comes from ---- */

/* "model_sha256" as "model SHA-256". */
static void name(const char *key, struct text *t) {
    for (; *key; key++)
        if (strcmp(key, "sha256") == 0) {
            text_printf(t, "SHA-256");
            return;
        } else {
            html_text(t, (const char[]){*key == '_' ? ' ' : *key, '\0'});
        }
}

/* All that result.json says, whatever it is: a later version may say more. */
static void provenance(const cJSON *result, struct text *t) {
    const cJSON *item;
    text_printf(t, "<div><h2>Provenance</h2>\n<dl class=\"proof\">\n");
    cJSON_ArrayForEach(item, result) {
        bool hash = cJSON_IsString(item) && strlen(item->valuestring) >= 40;
        if (!cJSON_IsString(item) && !cJSON_IsNumber(item) && !cJSON_IsBool(item))
            continue;
        text_printf(t, "<div%s><dt>", hash ? " class=\"hash\"" : "");
        name(item->string, t);
        text_printf(t, "</dt><dd>");
        if (cJSON_IsString(item))
            html_text(t, item->valuestring);
        else if (cJSON_IsNumber(item))
            text_number(t, item->valuedouble);
        else
            text_printf(t, cJSON_IsTrue(item) ? "yes" : "no");
        text_printf(t, "</dd></div>\n");
    }
    text_printf(
        t,
        "</dl>\n<p class=\"note\">The same config and data give the same model and metrics, to the "
        "bit, on any machine: <code>./train config.json</code> repeats the run.</p></div>\n");
}

static void configuration(const struct config *c, struct text *t) {
    struct text json = {0};
    config_write(c, 2, &json);
    text_printf(t, "<div><h2>Config</h2>\n");
    html_element(t, "pre", json.data ? json.data : "");
    text_printf(t, "</div>\n");
    t->failed = t->failed || json.failed;
    text_free(&json);
}

static void warnings(const cJSON *result, struct text *t) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(result, "warnings"), *item;
    if (cJSON_GetArraySize(list) == 0)
        return;
    text_printf(t, "<div class=\"warnings\">\n");
    cJSON_ArrayForEach(item, list) if (cJSON_IsString(item)) {
        html_element(t, "p", item->valuestring);
        text_printf(t, "\n");
    }
    text_printf(t, "</div>\n");
}

/* ---- the whole ---- */

static int body(const struct page *p, const struct test_results *r, const struct metrics *m,
                const cJSON *result, struct text *t, struct error *e) {
    title(p, r, m, t);
    warnings(result, t);
    if (m->count > 0)
        training(m, t);
    if (boundary_write(p, t, e) != 0)
        return -1;
    if (r->split) {
        classes_write(p, r, t);
        if (mistakes_write(p, r, t, e) != 0)
            return -1;
        if (!p->model->multi_label)
            reliability_write(r, t);
    }
    if (weights_write(p, t, e) != 0)
        return -1;
    text_printf(t, "<section class=\"two\">\n");
    configuration(p->config, t);
    provenance(result, t);
    text_printf(t, "</section>\n");
    return 0;
}

static int write(const struct page *p, const struct test_results *r, const struct metrics *m,
                 const cJSON *result, struct error *e) {
    char path[FILE_PATH];
    struct text t = {0};
    text_printf(&t, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_text(&t, p->config->name);
    if (r->split)
        text_printf(&t, ": %.2f %%", 100 * evaluation_accuracy(&r->v));
    text_printf(&t, "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n");
    text_add(&t, embed_report_report_css, strlen(embed_report_report_css));
    text_printf(&t, "</style>\n</head>\n<body>\n");
    int status = body(p, r, m, result, &t, e);
    text_printf(&t, "</body>\n</html>\n");
    if (status == 0 && t.failed)
        status = error_memory(e, "report.html");
    if (status == 0)
        status = file_join(path, sizeof path, p->directory, "report.html", e);
    if (status == 0)
        status = file_write(path, t.data, t.size, e);
    text_free(&t);
    return status;
}

/* The members of result.json; the caller frees. */
static cJSON *read_result(const char *directory, struct error *e) {
    char path[FILE_PATH];
    size_t size;
    if (file_join(path, sizeof path, directory, "result.json", e) != 0)
        return NULL;
    char *text = file_read(path, MOST_RESULT, &size, e);
    cJSON *root = text ? json_parse(text, size, path, e) : NULL;
    free(text);
    if (root && !cJSON_IsObject(root)) {
        error_input(e, "%s: is not a JSON object", path);
        cJSON_Delete(root);
        root = NULL;
    }
    return root;
}

int page_write(const struct page *p, struct error *e) {
    char path[FILE_PATH];
    struct test_results r = {0};
    struct metrics m;
    int status = -1;
    cJSON *result = read_result(p->directory, e);
    if (result && file_join(path, sizeof path, p->directory, "metrics.csv", e) == 0 &&
        test_results_make(&r, p, e) == 0 && metrics_read(&m, path, &r.arena, e) == 0)
        status = write(p, &r, &m, result, e);
    cJSON_Delete(result);
    arena_free(&r.arena);
    return status;
}
