/* labels.csv: rows such as "a.png,cat"; with a header, other columns, too. A name may lack the
 * extension and folders, or have more folders, as an absolute path has. */
#include "base/file.h"
#include "data/pictures/layout.h"
#include "data/tables/reader.h"

#include <strings.h>

/* The folder's files are those of the layout, starting with `first`. */
struct table {
    struct layout *layout;
    int first, split;
    int file, label, split_at; /* columns; -1: there is none */
    struct reader rows;
    struct problems missing;
};

/* The column with the first of these names that the header has, or -1. */
static int find(const struct reader *r, const char *const *names) {
    for (; *names; names++)
        for (int i = r->count - 1; i >= 0; i--)
            if (strcasecmp(r->fields[i], *names) == 0)
                return i;
    return -1;
}

static void find_columns(struct table *t, const char *label) {
    static const char *const files[] = {"filename",   "file_name", "file", "image",
                                        "image_name", "image_id",  "img",  "path",
                                        "id",         "name",      NULL};
    bool given = strcmp(label, "label") != 0; /* not the key's default */
    const char *const labels[] = {label, given ? NULL : "class", "category", "target", NULL};
    t->file = find(&t->rows, files);
    t->label = find(&t->rows, labels);
    t->split_at = find(&t->rows, (const char *const[]){"split", NULL});
    if (t->split_at == t->label)
        t->split_at = -1;
}

/* Adds the files of a folder in `root` and of the folders in it. */
static int add_files(struct layout *l, const char *root, const char *folder, int depth,
                     struct error *e) {
    enum { MAX_DEPTH = 8 }; /* links may lead in a circle */
    struct string_list paths;
    int files = 0;
    if (layout_list(l, folder, &paths, e) != 0)
        return -1;
    for (int i = 0; i < paths.count; i++)
        if (depth == MAX_DEPTH || !file_is_directory(paths.items[i], e))
            paths.items[files++] = paths.items[i];
        else if (add_files(l, root, paths.items[i], depth + 1, e) != 0)
            return -1;
    paths.count = files;
    return layout_add(l, root, &paths, TRAIN, -1, e);
}

/* What follows the last slash of a file's name. */
static const char *base(const struct image_file *f) {
    const char *slash = strrchr(f->name, '/');
    return slash ? slash + 1 : f->name;
}

static int by_base(const void *a, const void *b) { return strcmp(base(a), base(b)); }

/* Whether the path ends in the path `end`: a/b/c ends in b/c. */
static bool ends_in(const char *path, const char *end) {
    size_t length = strlen(path), n = strlen(end);
    return length >= n && strcmp(path + length - n, end) == 0 &&
           (length == n || path[length - n - 1] == '/');
}

/* The file that a name in the table means, or NULL; *count becomes how many it may mean. */
static struct image_file *find_file(const struct table *t, const char *name, int *count) {
    static const char *const suffixes[] = {"", ".png", ".jpg", ".jpeg"};
    struct image_file *files = t->layout->files + t->first, *found = NULL;
    struct image_file *end = t->layout->files + t->layout->count;
    *count = 0;
    for (int k = 0; k < 4 && !found && end > files; k++) {
        char path[FILE_PATH];
        snprintf(path, sizeof path, "%s%s", name, suffixes[k]);
        const struct image_file key = {.name = path};
        struct image_file *f = bsearch(&key, files, (size_t)(end - files), sizeof *f, by_base);
        while (f > files && by_base(f - 1, &key) == 0)
            f--;
        for (; f && f < end && by_base(f, &key) == 0; f++)
            if (strcmp(f->name, path) == 0) {
                *count = 1;
                return f;
            } else if (ends_in(f->name, path) || ends_in(path, f->name)) {
                ++*count;
                found = f;
            }
    }
    return found;
}

/* Gives the file of a row its class and split. */
static int take_row(struct table *t, struct error *e) {
    const struct reader *r = &t->rows;
    int count, to = t->split;
    if (r->count <= t->file || r->count <= t->label || !*r->fields[t->label])
        return error_input(e, "%s: line %ld: has no label; add it, or remove the line and the file",
                           r->path, r->line);
    const char *name = r->fields[t->file];
    const char *split = t->split_at < 0          ? NULL
                        : r->count > t->split_at ? r->fields[t->split_at]
                                                 : "";
    struct image_file *f = find_file(t, name, &count);
    if (split && (to = dataset_split_of(split, "")) < 0)
        return error_input(e, "%s: line %ld: its split is \"%s\"; make it train, test or val",
                           r->path, r->line, split);
    if (count != 1)
        problems_add(&t->missing, "%s (line %ld%s)", name, r->line,
                     count > 1 ? ", in several folders" : "");
    else if (f->label >= 0)
        return error_input(e, "%s: line %ld: lists \"%s\" again; remove one of the two lines",
                           r->path, r->line, name);
    else if ((f->label = layout_class(t->layout, r->fields[t->label], e)) < 0)
        return -1;
    else if (to >= 0 || (strchr(f->name, '/') && (to = dataset_split_of(f->name, "/")) >= 0))
        f->split = to; /* otherwise it stays TRAIN */
    return 0;
}

/* The first row is a header if both columns are named in it. */
static int read_rows(struct table *t, const char *label, struct error *e) {
    struct reader *r = &t->rows;
    int row = reader_next(r, e), count;
    if (row != 1)
        return row;
    find_columns(t, label);
    if (t->file >= 0 && t->label >= 0) {
        for (int i = 0; i < r->count; i++)
            if (i != t->file && i != t->label && i != t->split_at)
                problems_add(&t->layout->columns, "%s", r->fields[i]);
        row = reader_next(r, e);
    } else if (t->file < 0 && r->count == 2 &&
               (strchr(r->fields[0], '.') || find_file(t, r->fields[0], &count))) {
        t->file = 0;
        t->label = 1;
        t->split_at = -1;
    } else {
        return error_input(e,
                           "%s: line %ld: must be a header with \"filename\" (or \"file\", "
                           "\"image\", \"id\", \"path\") and \"%s\", or a file name and a label; "
                           "set data.label to the column of the labels",
                           r->path, r->line, label);
    }
    for (; row == 1; row = reader_next(r, e))
        if (take_row(t, e) != 0)
            return -1;
    return row;
}

int labels_csv_add(struct layout *l, const char *folder, const char *label, int split,
                   struct error *e) {
    struct table t = {.layout = l, .first = l->count, .split = split};
    struct problems unlisted = {0};
    char path[FILE_PATH];
    if (file_join(path, sizeof path, folder, "labels.csv", e) != 0 ||
        add_files(l, folder, folder, 0, e) != 0)
        return -1;
    int count = l->count - t.first;
    if (count == 0)
        return error_input(e, "%s: has no images next to labels.csv; add them", folder);
    qsort(l->files + t.first, (size_t)count, sizeof *l->files, by_base);
    l->labelled = true;
    l->skipped--; /* the table itself */
    int result = reader_open(&t.rows, path, e) == 0 ? read_rows(&t, label, e) : -1;
    reader_close(&t.rows);
    for (int i = t.first; i < l->count; i++)
        if (l->files[i].label < 0)
            problems_add(&unlisted, "%s", l->files[i].name);
    if (result == 0 && t.missing.count > 0)
        return problems_refuse(&t.missing, e,
                               "%s: names %d file%s not in %s; correct or remove the lines", path,
                               t.missing.count, t.missing.count == 1 ? "" : "s", folder);
    if (result == 0 && unlisted.count > 0)
        return problems_refuse(&unlisted, e,
                               "%s: does not list %d of the files in %s; add or remove them", path,
                               unlisted.count, folder);
    return result;
}
