#include "programs/compare/comparison.h"
#include "ui/command.h"

#include <string.h>
#include <sys/stat.h>

/* The run that was read before from the same directory, or -1: `runs/ *` names the newest run
 * twice, once by the link runs/latest. */
static int find_same(const struct comparison *c, const char *directory) {
    struct stat a, b;
    for (int i = 0; i < c->count && stat(directory, &a) == 0; i++)
        if (stat(c->runs[i].directory, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
            return i;
    return -1;
}

static bool is_link(const char *path) {
    struct stat s;
    return lstat(path, &s) == 0 && S_ISLNK(s.st_mode);
}

static int add_run(struct comparison *c, const char *directory, struct error *e) {
    int i = find_same(c, directory);
    if (i < 0)
        return run_record_read(&c->runs[c->count++], directory, e);
    if (is_link(c->runs[i].directory))
        c->runs[i].directory = directory;
    return 0;
}

/* Whether the run is the first that has the key, and another one has a different value or, with a
 * config, lacks it. */
static bool differs(const struct comparison *c, int run, const struct flat_json_row *row) {
    bool different = false;
    for (int i = 0; i < c->count; i++) {
        const struct flat_json_row *other = flat_json_find(&c->runs[i].settings, row->name);
        if (other && i < run)
            return false;
        different |= other ? strcmp(other->value, row->value) != 0 : c->runs[i].settings.count > 0;
    }
    return different;
}

static int find_keys(struct comparison *c, struct error *e) {
    size_t max = 0;
    for (int i = 0; i < c->count; i++)
        max += (size_t)c->runs[i].settings.count;
    c->keys = arena_alloc(&c->arena, max, sizeof *c->keys);
    if (!c->keys)
        return error_memory(e, "the comparison");
    for (int i = 0; i < c->count; i++)
        for (int k = 0; k < c->runs[i].settings.count; k++) {
            const struct flat_json_row *row = &c->runs[i].settings.rows[k];
            if (differs(c, i, row))
                c->keys[c->nkeys++] = row->name;
        }
    return 0;
}

int comparison_read(struct comparison *c, char **directories, struct error *e) {
    size_t count = (size_t)command_count(directories);
    *c = (struct comparison){0};
    c->runs = arena_alloc(&c->arena, count, sizeof *c->runs);
    if (!c->runs)
        return error_memory(e, "the runs");
    for (; *directories; directories++)
        if (add_run(c, *directories, e) != 0)
            return -1;
    return find_keys(c, e);
}

void comparison_free(struct comparison *c) {
    for (int i = 0; i < c->count; i++)
        run_record_free(&c->runs[i]);
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
