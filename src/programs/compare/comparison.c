#include "programs/compare/comparison.h"
#include "report/html.h"
#include "ui/command.h"
#include "json/json.h"

#include <errno.h>
#include <sys/stat.h>

/* ---- the runs ---- */

/* Whether the path exists but is no run: `runs/ *` may name other files and folders, too. */
static bool is_other(const char *path, struct error *e) {
    char found[FILE_PATH];
    return file_type(path, false, e) && !file_find(found, path, "config.json", e) &&
           !file_find(found, path, "metrics.partial.csv", e) && !e->status;
}

/* Finds out which directory the path leads to, if there is one. */
static bool look(const char *path, struct stat *s, struct error *e) {
    if (stat(path, s) == 0)
        return true;
    if (errno != ENOENT && errno != ENOTDIR)
        file_error(e, path, "read", errno);
    return false;
}

/* Reads a run, unless it has been read already: `runs/ *` names the newest one twice, once by the
 * link runs/latest. */
static int add_run(struct comparison *c, const char *directory, struct error *e) {
    struct stat a, b;
    int i = c->count > 0 && look(directory, &a, e) ? c->count - 1 : -1;
    while (i >= 0 &&
           !(look(c->runs[i].directory, &b, e) && a.st_dev == b.st_dev && a.st_ino == b.st_ino))
        i--;
    if (i < 0)
        return e->status ? -1 : run_record_read(&c->runs[c->count++], directory, e);
    if (file_type(directory, false, e) != S_IFLNK)
        c->runs[i].directory = directory; /* rather than the link's name */
    return e->status ? -1 : 0;
}

/* ---- what differs, and what does not ---- */

/* Adds a key of a run, unless an earlier run has it, to those that differ or those that are shared.
 * It gets no column if the run's directory or results show it, if it is a default that other runs
 * lack, or if the column "model" takes its place. */
static void sort_key(struct comparison *c, int run, const struct flat_json_row *row, bool fold) {
    bool differs = false, missing = false, chosen = false;
    bool layers = strncmp(row->name, "model.", 6) == 0;
    for (int i = 0; i < c->count; i++) {
        const struct flat_json_row *other = flat_json_find(&c->runs[i].settings, row->name);
        if (other && i < run)
            return;
        differs |= other && strcmp(other->value, row->value) != 0;
        missing |= !other && c->runs[i].settings.count > 0;
        chosen |= flat_json_find(&c->runs[i].chosen, row->name) != NULL;
    }
    if (differs || missing)
        c->keys[c->nkeys++] = row->name;
    else if (chosen && !layers)
        text_printf(&c->shared, "%s=%s ", row->name, row->value);
    if ((differs || (missing && chosen)) && strcmp(row->name, "name") != 0 &&
        strcmp(row->name, "train.epochs") != 0 && !(fold && layers))
        c->columns[c->ncolumns++].key = row->name;
}

static int find_keys(struct comparison *c, struct error *e) {
    size_t max = 1;
    bool fold = false, same = true;
    const struct run_record *first = NULL; /* of those with a config */
    for (const struct run_record *r = c->runs; r < c->runs + c->count; r++) {
        max += (size_t)r->settings.count;
        first = first || r->settings.count == 0 ? first : r;
        fold |=
            first && r->settings.count > 0 && r->config.model.count != first->config.model.count;
        same &= first && strcmp(r->layers, first->layers) == 0;
    }
    c->keys = arena_alloc(&c->arena, max, sizeof *c->keys);
    c->columns = arena_alloc(&c->arena, max, sizeof *c->columns);
    if (!c->keys || !c->columns)
        return error_memory(e, "the comparison");
    if (same)
        text_printf(&c->shared, "model=%s ", first->layers);
    if (fold)
        c->columns[c->ncolumns++].key = "model";
    for (int i = 0; i < c->count; i++)
        for (int k = 0; k < c->runs[i].settings.count; k++)
            sort_key(c, i, &c->runs[i].settings.rows[k], fold);
    for (struct comparison_column *x = c->columns; x < c->columns + c->ncolumns; x++)
        x->title = flat_json_title(x->key, c->columns, c->ncolumns, sizeof *x);
    return c->shared.failed ? error_memory(e, "the comparison") : 0;
}

int comparison_read(struct comparison *c, char **directories, struct error *e) {
    int count = command_count(directories);
    *c = (struct comparison){0};
    c->runs = arena_alloc(&c->arena, (size_t)count, sizeof *c->runs);
    if (!c->runs)
        return error_memory(e, "the runs");
    for (int i = 0; i < count; i++)
        if (count > 1 && is_other(directories[i], e))
            fprintf(stderr, "%s is not a run directory, so it is left out\n",
                    text_shown(directories[i]));
        else if (add_run(c, directories[i], e) != 0)
            return -1;
    return c->count > 0
               ? find_keys(c, e)
               : error_input(e, "onehot compare: none of the %d arguments is a run directory",
                             count);
}

void comparison_free(struct comparison *c) {
    for (int i = 0; i < c->count; i++)
        run_record_free(&c->runs[i]);
    text_free(&c->shared);
    arena_free(&c->arena);
}

int comparison_same_weights(const struct comparison *c, int run) {
    int i = c->runs[run].finished ? 0 : run;
    while (i < run && strcmp(c->runs[i].weights, c->runs[run].weights) != 0)
        i++;
    return i;
}

const char *comparison_name(const struct comparison *c, int run) {
    const char *path = c->runs[run].directory, *slash = strrchr(path, '/');
    if (!slash || !slash[1])
        return path;
    for (int i = 0; i < c->count; i++) {
        const char *other = c->runs[i].directory, *last = strrchr(other, '/');
        if (i != run && strcmp(last ? last + 1 : other, slash + 1) == 0)
            return path;
    }
    return slash + 1;
}

const char *comparison_value(const struct comparison *c, int run, const char *key) {
    const struct flat_json_row *row = flat_json_find(&c->runs[run].settings, key);
    return strcmp(key, "model") == 0 ? c->runs[run].layers : row ? row->value : NULL;
}

/* ---- as JSON, and as a page that its script draws from the same JSON ---- */

/* Only the page needs the cells of its columns, and metrics.csv as it is. */
static void write_run(const struct comparison *c, int run, bool page, struct json *j,
                      struct error *e) {
    char path[FILE_PATH];
    SCOPED_MEMORY char *metrics = NULL;
    size_t size;
    const struct run_record *r = &c->runs[run];
    int first = comparison_same_weights(c, run);
    json_add(j, "{ run=%s finished=%i config={", r->directory, r->finished);
    for (int k = 0; k < c->nkeys; k++) {
        const struct flat_json_row *row = flat_json_find(&r->settings, c->keys[k]);
        if (row)
            (row->string ? json_string : json_raw)(j, row->name, row->value);
    }
    json_add(j, "}");
    for (int i = 0; i < RUN_FIGURES; i++)
        json_number(j, run_record_names[i], r->figures[i]);
    if (r->finished)
        json_add(j, "model_sha256=%s weights_sha256=%s", r->model, r->weights);
    if (first < run)
        json_string(j, "same_weights_as", c->runs[first].directory);
    if (page &&
        file_find(path, r->directory, r->finished ? "metrics.csv" : "metrics.partial.csv", e))
        metrics = file_read(path, SIZE_MAX, &size, e);
    if (page)
        json_add(j, "name=%s metrics=%s cells={", comparison_name(c, run), metrics ? metrics : "");
    for (int k = 0; k < c->ncolumns && page; k++) {
        const char *value = comparison_value(c, run, c->columns[k].key);
        json_string(j, c->columns[k].title, value ? value : "");
    }
    json_add(j, page ? "} }" : "}");
}

int comparison_json(const struct comparison *c, bool page, struct text *t, struct error *e) {
    struct json j = {.out = t, .lines = 2};
    json_add(&j, "{");
    json_strings(&j, "differing", c->keys, c->nkeys);
    json_add(&j, "runs=[");
    for (int i = 0; i < c->count; i++)
        write_run(c, i, page, &j, e);
    json_add(&j, "] }");
    return e->status == ERROR_NONE ? 0 : -1;
}

int comparison_write_page(const struct comparison *c, const char *path, struct error *e) {
    struct text json = {0}, page = {0};
    int result = comparison_json(c, true, &json, e);
    html_open(&page, "Comparison of runs", "", embed_programs_compare_page_css);
    template_html(&page, embed_programs_compare_page_html, "page", "runs=%d shared=%s", c->count,
                  c->shared.data);
    html_close(&page, &json, embed_programs_compare_page_js);
    return file_write_text(path, &page, result, e);
}
