#include "data/pictures/labels_csv.h"
#include "base/file.h"
#include "data/tables/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int find(const struct reader *c, const char *name) {
    int i = c->count - 1;
    while (i >= 0 && strcasecmp(c->fields[i], name) != 0)
        i--;
    return i;
}

/* What a row says, by column; -1: the table has no such column. */
struct columns {
    int file, label, split;
};

static struct columns find_columns(const struct reader *c, const char *label) {
    static const char *const files[] = {"filename", "file_name", "file", "image", "image_name",
                                        "image_id", "img",       "path", "id",    "name"};
    static const char *const labels[] = {"class", "category", "target"};
    struct columns at = {-1, find(c, label), find(c, "split")};
    for (size_t i = 0; i < sizeof files / sizeof *files && at.file < 0; i++)
        at.file = find(c, files[i]);
    if (strcmp(label, "label") == 0) /* the key's default */
        for (size_t i = 0; i < sizeof labels / sizeof *labels && at.label < 0; i++)
            at.label = find(c, labels[i]);
    if (at.split == at.label)
        at.split = -1;
    return at;
}

/* Adds the files of the folder and of those in it, under their paths from `root`. */
static int add_files(struct layout *l, const char *root, const char *inner, int depth,
                     struct error *e) {
    enum { MAX_DEPTH = 8 }; /* links may lead in a circle */
    struct string_list names;
    char path[FILE_PATH];
    int files = 0;
    if (file_join(path, sizeof path, root, inner, e) != 0 || layout_list(l, path, &names, e) != 0)
        return -1;
    for (int i = 0; i < names.count; i++) {
        char *name = arena_printf(&l->arena, "%s%s%s", inner, *inner ? "/" : "", names.items[i]);
        if (!name)
            return error_memory(e, path);
        if (file_join(path, sizeof path, root, name, e) != 0)
            return -1;
        if (depth == MAX_DEPTH || !file_is_directory(path))
            names.items[files++] = name;
        else if (add_files(l, root, name, depth + 1, e) != 0)
            return -1;
    }
    names.count = files;
    return layout_add(l, root, &names, TRAIN, NULL, e);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct picture_file *)a)->name, ((const struct picture_file *)b)->name);
}

/* The file of this name, which may lack its ending, and the folder if all files lie in one. */
static struct picture_file *find_file(const struct layout *l, const char *name) {
    static const char *const endings[] = {"", ".png", ".jpg", ".jpeg"};
    const struct picture_files *f = &l->files;
    struct picture_file *found = NULL;
    const char *first = f->count > 0 ? f->items[0].name : "", *slash = strrchr(first, '/');
    int folder = slash ? (int)(slash - first) + 1 : 0;
    if (folder > 0 && strncmp(first, f->items[f->count - 1].name, (size_t)folder) != 0)
        folder = 0;
    for (int k = 0; k < 8 && f->count > 0 && !found; k++) {
        char path[FILE_PATH];
        snprintf(path, sizeof path, "%.*s%s%s", k < 4 ? 0 : folder, first, name, endings[k % 4]);
        found = bsearch(&(struct picture_file){.name = path}, f->items, (size_t)f->count,
                        sizeof *found, by_name);
    }
    return found;
}

/* Gives the file of a row its class and split. */
static int take_row(struct layout *l, const struct reader *c, const struct columns *at,
                    struct problems *missing, struct error *e) {
    if (c->count <= at->file || c->count <= at->label || !*c->fields[at->label])
        return error_input(e, "%s: line %ld: has no label", c->path, c->line);
    const char *name = c->fields[at->file];
    const char *split = at->split < 0 ? "train" : c->count > at->split ? c->fields[at->split] : "";
    struct picture_file *f = find_file(l, name);
    if (layout_split(split) < 0)
        return error_input(e, "%s: line %ld: its split is \"%s\", not train, test or val", c->path,
                           c->line, split);
    if (!f)
        problems_add(missing, "%s (line %ld)", name, c->line);
    else if (f->class)
        return error_input(e, "%s: line %ld: has \"%s\" again", c->path, c->line, name);
    else if (!(f->class = arena_string(&l->arena, c->fields[at->label])))
        return error_memory(e, c->path);
    else
        f->split = layout_split(split);
    return 0;
}

/* The first row is a header if both columns are named in it. */
static int read_rows(struct layout *l, struct reader *c, const char *label_name,
                     struct problems *missing, struct error *e) {
    int row = reader_next(c, e);
    if (row != 1)
        return row;
    struct columns at = find_columns(c, label_name);
    if (at.file >= 0 && at.label >= 0) {
        for (int i = 0; i < c->count; i++)
            if (i != at.file && i != at.label && i != at.split)
                problems_add(&l->columns, "%s", c->fields[i]);
        row = reader_next(c, e);
    } else if (at.file < 0 && c->count == 2 &&
               (strchr(c->fields[0], '.') || find_file(l, c->fields[0]))) {
        at = (struct columns){0, 1, -1};
    } else {
        return error_input(e,
                           "%s: line %ld: must be a header with \"filename\" (or \"file\", "
                           "\"image\", \"id\", \"path\") and \"%s\" (data.label), or a file name "
                           "and a label",
                           c->path, c->line, label_name);
    }
    for (; row == 1; row = reader_next(c, e))
        if (take_row(l, c, &at, missing, e) != 0)
            return -1;
    return row;
}

int labels_csv_add(struct layout *l, const char *folder, const char *label, struct error *e) {
    struct reader c = {0};
    struct problems missing = {0}, unlisted = {0};
    char path[FILE_PATH];
    if (file_join(path, sizeof path, folder, "labels.csv", e) != 0 ||
        add_files(l, folder, "", 0, e) != 0)
        return -1;
    qsort(l->files.items, (size_t)l->files.count, sizeof *l->files.items, by_name);
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
