#include "programs/compare/comparison.h"
#include "ui/command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The run that was read before from the same directory, or -1: `runs/ *` names the newest run
 * twice, once by the link runs/latest. */
static int find_same(const struct comparison *c, const char *directory) {
    struct stat a, b;
    int i = stat(directory, &a) == 0 ? c->count - 1 : -1;
    while (i >= 0 &&
           (stat(c->runs[i].directory, &b) != 0 || a.st_dev != b.st_dev || a.st_ino != b.st_ino))
        i--;
    return i;
}

/* Whether it exists, and is no run: `runs/ *` may name other files and folders, too. */
static bool is_other(const char *path) {
    char found[FILE_PATH];
    struct stat s;
    return lstat(path, &s) == 0 && !file_find(found, path, "config.json") &&
           !file_find(found, path, "metrics.partial.csv");
}

static int add_run(struct comparison *c, const char *directory, struct error *e) {
    struct stat s;
    int i = find_same(c, directory);
    if (i < 0)
        return run_record_read(&c->runs[c->count++], directory, e);
    if (lstat(directory, &s) == 0 && !S_ISLNK(s.st_mode))
        c->runs[i].directory = directory; /* rather than the link's name */
    return 0;
}

/* ---- what differs, and what does not ---- */

static bool is_layers(const char *key) {
    return strncmp(key, "model.", 6) == 0;
}

/* Sorts a key of a run, unless an earlier one has it, into those that differ and those that are
 * shared. It gets no column if the run's directory or results show it, if it is a default that
 * other runs lack, or if the column "model" takes its place. */
static void sort_key(struct comparison *c, int run, const struct flat_json_row *row, bool fold) {
    bool differs = false, missing = false, chosen = false;
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
    else if (chosen && !is_layers(row->name))
        text_printf(&c->shared, "%s=%s ", row->name, row->value);
    if ((differs || (missing && chosen)) && strcmp(row->name, "name") != 0 &&
        strcmp(row->name, "train.epochs") != 0 && !(fold && is_layers(row->name)))
        c->columns[c->ncolumns++].key = row->name;
}

static void set_titles(struct comparison *c) {
    for (int i = 0; i < c->ncolumns; i++) {
        const char *key = c->columns[i].key, *last = flat_json_last(key);
        c->columns[i].title = last;
        for (int k = 0; k < c->ncolumns; k++)
            if (k != i && strcmp(flat_json_last(c->columns[k].key), last) == 0)
                c->columns[i].title = key;
    }
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
    set_titles(c);
    return c->shared.failed ? error_memory(e, "the comparison") : 0;
}

int comparison_read(struct comparison *c, char **directories, struct error *e) {
    int count = command_count(directories);
    *c = (struct comparison){0};
    c->runs = arena_alloc(&c->arena, (size_t)count, sizeof *c->runs);
    if (!c->runs)
        return error_memory(e, "the runs");
    for (int i = 0; i < count; i++)
        if (count > 1 && is_other(directories[i]))
            fprintf(stderr, "%s is not a run directory, so it is left out\n", directories[i]);
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
