#include "data/pictures/labels_csv.h"
#include "base/file.h"
#include "data/tables/reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct columns {
    int filename, label;
};

static int find(const struct reader *c, const char *name) {
    int i = c->count - 1;
    while (i >= 0 && strcasecmp(c->fields[i], name) != 0)
        i--;
    return i;
}

/* Finds the columns in the first row. Returns 1 if it is a header, 0 if it is a row like the
 * others, or -1 with an error. */
static int find_columns(const struct reader *c, const char *label, struct columns *at,
                        struct error *e) {
    *at = (struct columns){find(c, "filename"), find(c, label)};
    if (at->filename >= 0 && at->label >= 0)
        return 1;
    if (at->filename < 0 && c->count == 2) {
        *at = (struct columns){0, 1};
        return 0;
    }
    return error_input(e,
                       "%s: line %ld: must be a header with \"filename\" and \"%s\" (data.label), "
                       "or a file name and a label",
                       c->path, c->line, label);
}

static int by_name(const void *name, const void *file) {
    return strcmp(name, ((const struct picture_file *)file)->name);
}

/* Gives the file of a row its class. The layout has all files of the folder, by name. */
static int take_row(struct layout *l, const struct reader *c, const struct columns *at,
                    struct problems *missing, struct error *e) {
    if (c->count <= at->filename || c->count <= at->label || !*c->fields[at->label])
        return error_input(e, "%s: line %ld: has no label", c->path, c->line);
    const char *name = c->fields[at->filename];
    struct picture_file *f =
        bsearch(name, l->files.items, (size_t)l->files.count, sizeof *f, by_name);
    if (!f)
        problems_add(missing, "%s (line %ld)", name, c->line);
    else if (f->class)
        return error_input(e, "%s: line %ld: has \"%s\" again", c->path, c->line, name);
    else if (!(f->class = arena_string(&l->arena, c->fields[at->label])))
        return error_memory(e, c->path);
    return 0;
}

static int read_rows(struct layout *l, struct reader *c, const char *label,
                     struct problems *missing, struct error *e) {
    struct columns at;
    int row = reader_next(c, e), header = row == 1 ? find_columns(c, label, &at, e) : row;
    if (header == 1)
        row = reader_next(c, e);
    for (; row == 1 && header >= 0; row = reader_next(c, e))
        if (take_row(l, c, &at, missing, e) != 0)
            return -1;
    return header < 0 ? -1 : row;
}

int labels_csv_add(struct layout *l, const char *folder, const char *label, struct error *e) {
    struct reader c = {0};
    struct string_list names;
    struct problems missing = {0}, unlisted = {0};
    char path[FILE_PATH];
    if (file_join(path, sizeof path, folder, "labels.csv", e) != 0 ||
        layout_list(l, folder, &names, e) != 0 ||
        layout_add(l, folder, &names, TRAIN, NULL, e) != 0)
        return -1;
    l->passed_over--; /* the table itself */
    int result = reader_open(&c, path, e);
    if (result == 0)
        result = read_rows(l, &c, label, &missing, e);
    reader_close(&c);
    for (int i = 0; i < l->files.count; i++)
        if (!l->files.items[i].class)
            problems_add(&unlisted, "%s", l->files.items[i].name);
    if (result == 0 && missing.count > 0)
        return problems_refuse(&missing, e,
                               "%s: of the files that it lists, %d cannot be found in %s", path,
                               missing.count, folder);
    if (result == 0 && unlisted.count > 0)
        return problems_refuse(&unlisted, e, "%s: does not list %d of the files in %s", path,
                               unlisted.count, folder);
    return result == 0 && l->files.count == 0 ? error_input(e, "%s: has no pictures", folder)
                                              : result;
}
