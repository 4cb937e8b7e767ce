#include "programs/runs.h"

#include <string.h>
#include <sys/stat.h>

/* `runs/ *` names the newest run twice, once by the link runs/latest: which of the records before
 * is the same directory, or -1. */
static int find_same(const struct runs *r, const char *directory) {
    struct stat a, b;
    for (int i = 0; i < r->count && stat(directory, &a) == 0; i++)
        if (stat(r->items[i].directory, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
            return i;
    return -1;
}

static bool is_link(const char *path) {
    struct stat s;
    return lstat(path, &s) == 0 && S_ISLNK(s.st_mode);
}

static int add_run(struct runs *r, const char *directory, struct error *e) {
    int i = find_same(r, directory);
    if (i < 0)
        return run_record_read(&r->items[r->count++], directory, e);
    if (is_link(r->items[i].directory))
        r->items[i].directory = directory;
    return 0;
}

/* Whether the runs do not agree in this key; one without a config has no say. */
static bool differs(const struct runs *r, const char *key) {
    const struct flat_json_row *first = NULL;
    int with = 0, without = 0;
    for (int i = 0; i < r->count; i++) {
        const struct flat_json_row *row = flat_json_find(&r->items[i].settings, key);
        if (row && first && strcmp(first->value, row->value) != 0)
            return true;
        first = first ? first : row;
        with += row != NULL;
        without += !row && r->items[i].settings.count > 0;
    }
    return with > 0 && without > 0;
}

/* Whether a run before this one has the key, too. */
static bool seen(const struct runs *r, int run, const char *key) {
    for (int i = 0; i < run; i++)
        if (flat_json_find(&r->items[i].settings, key))
            return true;
    return false;
}

static int find_keys(struct runs *r, struct error *e) {
    size_t most = 0;
    for (int i = 0; i < r->count; i++)
        most += (size_t)r->items[i].settings.count;
    r->keys = arena_alloc(&r->arena, most, sizeof *r->keys);
    if (!r->keys)
        return error_memory(e, "the comparison");
    for (int i = 0; i < r->count; i++)
        for (int k = 0; k < r->items[i].settings.count; k++) {
            const char *key = r->items[i].settings.rows[k].name;
            if (!seen(r, i, key) && differs(r, key))
                r->keys[r->nkeys++] = key;
        }
    return 0;
}

int runs_read(struct runs *r, char **directories, int count, struct error *e) {
    *r = (struct runs){0};
    r->items = arena_alloc(&r->arena, (size_t)count, sizeof *r->items);
    if (!r->items)
        return error_memory(e, "the runs");
    for (int i = 0; i < count; i++)
        if (add_run(r, directories[i], e) != 0)
            return -1;
    return find_keys(r, e);
}

void runs_free(struct runs *r) {
    for (int i = 0; i < r->count; i++)
        run_record_free(&r->items[i]);
    arena_free(&r->arena);
}

int runs_same_model(const struct runs *r, int run) {
    int i = 0;
    while (i < run &&
           (!r->items[run].finished || strcmp(r->items[i].model, r->items[run].model) != 0))
        i++;
    return i;
}

const char *runs_name(const struct runs *r, int run) {
    const char *all = r->items[run].directory, *slash = strrchr(all, '/');
    if (!slash || !slash[1])
        return all;
    for (int i = 0; i < r->count; i++) {
        const char *other = r->items[i].directory, *last = strrchr(other, '/');
        if (i != run && strcmp(last ? last + 1 : other, slash + 1) == 0)
            return all;
    }
    return slash + 1;
}
