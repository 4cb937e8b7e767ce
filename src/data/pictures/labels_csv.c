#include "data/pictures/labels_csv.h"
#include "base/file.h"
#include "data/tables/reader.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int find(const struct reader *c, const char *name) {
    int i = c->count - 1;
    while (i >= 0 && strcasecmp(c->fields[i], name) != 0)
        i--;
    return i;
}

static int by_name(const void *name, const void *file) {
    return strcmp(name, ((const struct picture_file *)file)->name);
}

/* Gives the file of a row its class. The layout has all files of the folder, by name. */
static int take_row(struct layout *l, const struct reader *c, int filename, int label,
                    struct problems *missing, struct error *e) {
    if (c->count <= filename || c->count <= label || !*c->fields[label])
        return error_input(e, "%s: line %ld: has no label", c->path, c->line);
    const char *name = c->fields[filename];
    struct picture_file *f =
        bsearch(name, l->files.items, (size_t)l->files.count, sizeof *f, by_name);
    if (!f)
        problems_add(missing, "%s (line %ld)", name, c->line);
    else if (f->class)
        return error_input(e, "%s: line %ld: has \"%s\" again", c->path, c->line, name);
    else if (!(f->class = arena_string(&l->arena, c->fields[label])))
        return error_memory(e, c->path);
    return 0;
}

/* The first row is a header if both columns are named in it. */
static int read_rows(struct layout *l, struct reader *c, const char *label_name,
                     struct problems *missing, struct error *e) {
    int row = reader_next(c, e);
    if (row != 1)
        return row;
    int filename = find(c, "filename"), label = find(c, label_name);
    if (filename >= 0 && label >= 0) {
        row = reader_next(c, e);
    } else if (filename < 0 && c->count == 2) {
        filename = 0;
        label = 1;
    } else {
        return error_input(e,
                           "%s: line %ld: must be a header with \"filename\" and \"%s\" "
                           "(data.label), or a file name and a label",
                           c->path, c->line, label_name);
    }
    for (; row == 1; row = reader_next(c, e))
        if (take_row(l, c, filename, label, missing, e) != 0)
            return -1;
    return row;
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
