/* The comparison as JSON, and as a page that its script draws from the same JSON. */
#include "programs/compare/comparison.h"
#include "report/html.h"
#include "ui/command.h"
#include "json/json.h"

#include <stdint.h>
#include <stdlib.h>

/* What the page needs besides: the cells of its columns, and metrics.csv as it is. */
static void write_for_page(const struct comparison *c, int run, struct json *j, struct error *e) {
    char path[FILE_PATH], *metrics = NULL;
    size_t size;
    const struct run_record *r = &c->runs[run];
    if (file_find(path, r->directory, r->finished ? "metrics.csv" : "metrics.partial.csv"))
        metrics = file_read(path, SIZE_MAX, &size, e);
    json_add(j, "name=%s metrics=%s cells={", comparison_name(c, run), metrics ? metrics : "");
    for (int k = 0; k < c->ncolumns; k++) {
        const char *value = comparison_value(c, run, c->columns[k].key);
        json_string(j, c->columns[k].title, value ? value : "");
    }
    json_close(j, '}');
    free(metrics);
}

static void write_run(const struct comparison *c, int run, bool page, struct json *j,
                      struct error *e) {
    const struct run_record *r = &c->runs[run];
    int first = comparison_same_weights(c, run);
    json_add(j, "{ run=%s finished=%i config={", r->directory, r->finished);
    for (int k = 0; k < c->nkeys; k++) {
        const struct flat_json_row *row = flat_json_find(&r->settings, c->keys[k]);
        if (row)
            (row->string ? json_string : json_raw)(j, row->name, row->value);
    }
    json_add(j,
             "} test_accuracy=%g test_errors=%g test_loss=%g epochs=%g best_epoch=%g "
             "samples_per_second=%g seconds=%g",
             r->accuracy, r->errors, r->loss, r->epochs, r->best_epoch, r->samples_per_second,
             r->seconds);
    if (r->finished)
        json_add(j, "model_sha256=%s weights_sha256=%s", r->model, r->weights);
    if (first < run)
        json_string(j, "same_weights_as", c->runs[first].directory);
    if (page)
        write_for_page(c, run, j, e);
    json_close(j, '}');
}

/* Returns 0, or -1 if a run's metrics cannot be read. */
static int write_json(const struct comparison *c, bool page, struct text *t, struct error *e) {
    struct json j = {.out = t, .lines = 2};
    json_add(&j, "{");
    json_strings(&j, "differing", c->keys, c->nkeys);
    json_add(&j, "runs=[");
    for (int i = 0; i < c->count; i++)
        write_run(c, i, page, &j, e);
    json_add(&j, "] }");
    return e->status == ERROR_NONE ? 0 : -1;
}

int comparison_print_json(const struct comparison *c, struct error *e) {
    struct text t = {0};
    return write_json(c, false, &t, e) == 0 ? command_print(&t, e) : -1;
}

int comparison_write_page(const struct comparison *c, const char *path, struct error *e) {
    struct text json = {0}, page = {0};
    int result = write_json(c, true, &json, e);
    html_head(&page, "Comparison of runs", "", embed_programs_compare_page_css);
    template_html(&page, embed_programs_compare_page_html, "page", "runs=%d shared=%s json=%s",
                  c->count, c->shared.data, json.data);
    text_printf(&page, "%s</script>\n</body>\n</html>\n", embed_programs_compare_page_js);
    text_done(&json, &page);
    return file_write_text(path, &page, result, e);
}
