#include "data/pictures/layout.h"
#include "base/file.h"
#include "data/formats.h"
#include "data/sample_set.h"

#include <strings.h>

/* Whether a file of this name is often found next to images without being one. */
static bool skips(const char *name) {
    return strcasecmp(name, "Thumbs.db") == 0 || strcasecmp(name, "desktop.ini") == 0 ||
           strcmp(name, "__MACOSX") == 0 || strncasecmp(name, "README", 6) == 0 ||
           strncasecmp(name, "LICENSE", 7) == 0 || file_has_suffix(name, ".txt") ||
           file_has_suffix(name, ".md") || file_has_suffix(name, ".csv");
}

int layout_list(struct layout *l, const char *folder, struct string_list *paths, struct error *e) {
    int count;
    SCOPED_MEMORY char **found = file_list(folder, &count, e);
    if (!found)
        return -1;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    *paths = (struct string_list){0, arena_alloc(l->arena, (size_t)count, sizeof *paths->items)};
    for (int i = 0; i < count && paths->items; i++)
        if (skips(found[i]))
            l->skipped++;
        else if (!(paths->items[paths->count++] =
                       arena_printf(l->arena, "%s%s%s", folder, slash, found[i])))
            return error_memory(e, folder);
    return paths->items ? 0 : error_memory(e, folder);
}

int layout_class(struct layout *l, const char *name, struct error *e) {
    int class = dictionary_add(&l->classes, name, KEY_INT_MAX, l->arena, e);
    return class >= 0
               ? class
               : error_input(e, "the name of the class \"%.80s...\" is too long; shorten it", name);
}

int layout_add(struct layout *l, const char *folder, const struct string_list *paths, int split,
               int class, struct error *e) {
    size_t count = (size_t)l->count + (size_t)paths->count, length = strlen(folder);
    struct image_file *files =
        count <= KEY_INT_MAX ? realloc(l->files, count * sizeof *files + 1) : NULL;
    if (!files)
        return error_memory(e, folder);
    l->files = files;
    for (int i = 0; i < paths->count; i++) {
        const char *path = paths->items[i], *name = path + length + (path[length] == '/');
        files[l->count++] =
            (struct image_file){.path = path, .name = name, .split = split, .label = class};
    }
    return 0;
}

/* What is in a folder: `count` folders, of which `splits` are named like a split and `nested` of
 * those contain folders, and `deep` others contain nothing but folders; and `files`. */
struct folders {
    int count, splits, nested, deep, files;
};

static struct folders count_folders(const char *path, bool deeper, struct error *e) {
    struct folders f = {0}, in = {0};
    int count = 0;
    SCOPED_MEMORY char **names = file_is_directory(path, e) ? file_list(path, &count, e) : NULL;
    char inner[FILE_PATH];
    for (int i = 0; i < count; i++) {
        bool split = dataset_split_of(names[i], "") >= 0;
        bool folder = file_find(inner, path, names[i], e) && file_is_directory(inner, e);
        if (skips(names[i]))
            continue;
        if (folder && deeper)
            in = count_folders(inner, false, e);
        f.files += !folder;
        f.count += folder;
        f.splits += folder && split;
        f.nested += folder && split && in.count > 0;
        f.deep += folder && !split && in.count > 0 && in.files == 0;
    }
    return f;
}

static bool has_labels(const char *path, struct error *e) {
    char file[FILE_PATH];
    return file_find(file, path, "labels.csv", e);
}

/* Folders of folders are not classes: the dataset may be one of them. */
static bool recognises(const char *path, struct error *e) {
    struct folders f = count_folders(path, true, e);
    return f.count > f.deep || has_labels(path, e);
}

/* Adds the images of the class folders in a folder. */
static int add_classes(struct layout *l, const char *path, int split, struct error *e) {
    struct string_list classes, images = {0};
    if (layout_list(l, path, &classes, e) != 0)
        return -1;
    for (int i = 0; i < classes.count; i++) {
        const char *folder = classes.items[i];
        bool directory = file_is_directory(folder, e);
        int class = 0;
        if (directory && layout_list(l, folder, &images, e) != 0)
            return -1;
        if (!directory)
            problems_add(&l->stray, "%s", folder);
        else if (images.count == 0)
            problems_add(&l->empty, "%s", folder);
        else if ((class = layout_class(l, strrchr(folder, '/') + 1, e)) < 0 ||
                 layout_add(l, folder, &images, split, class, e) != 0)
            return -1;
    }
    return 0;
}

/* Adds train/, test/ and val/. */
static int add_splits(struct layout *l, const char *path, const char *label, struct error *e) {
    struct string_list folders;
    const char *found[SPLITS] = {NULL};
    if (layout_list(l, path, &folders, e) != 0)
        return -1;
    for (int i = 0; i < folders.count; i++) {
        const char *folder = folders.items[i], *name = strrchr(folder, '/') + 1;
        int k = dataset_split_of(name, "");
        if (!file_is_directory(folder, e))
            l->skipped++;
        else if (k < 0)
            problems_add(&l->unused, "%s", name);
        else if (found[k])
            return error_input(e, "%s and %s: are both for %s; move the files of one to the other",
                               found[k], folder, dataset_splits[k]);
        else
            found[k] = folder;
    }
    for (int k = 0; k < SPLITS; k++) {
        int before = l->count;
        if (!found[k])
            continue;
        if ((has_labels(found[k], e) ? labels_csv_add(l, found[k], label, k, e)
                                     : add_classes(l, found[k], k, e)) != 0)
            return -1;
        if (l->count == before && l->stray.count == 0)
            return error_input(e, "%s: has no class folders with images; add some or remove it",
                               found[k]);
        l->known = l->known > 0 ? l->known : l->classes.list.count;
    }
    return 0;
}

static int find_files(struct layout *l, const struct data_options *from, struct error *e) {
    const char *path = from->path;
    struct folders f = count_folders(path, true, e);
    /* A folder train/ that has only files may be one of several classes: bus, car, train. */
    bool splits = f.splits > 0 && (f.nested > 0 || f.count == f.splits);
    int result = has_labels(path, e) && f.nested == 0 ? labels_csv_add(l, path, from->label, -1, e)
                 : splits                             ? add_splits(l, path, from->label, e)
                                                      : add_classes(l, path, TRAIN, e);
    l->known = l->known > 0 ? l->known : l->classes.list.count;
    if (result == 0 && !l->labelled && strcmp(from->label, "label") != 0 && !from->expected)
        return error_input(e, "%s: has no labels.csv: data.label has no effect; remove that", path);
    if (l->stray.count > 0)
        return problems_refuse(&l->stray, e,
                               "%s: has %d file%s where class folders should be; move each into "
                               "the folder of its class, or list them in labels.csv",
                               path, l->stray.count, l->stray.count == 1 ? "" : "s");
    return result;
}

static int by_label(const void *a, const void *b) {
    const struct image_file *f = a, *g = b;
    return f->label != g->label ? (f->label > g->label) - (f->label < g->label)
                                : strcmp(f->name, g->name);
}

static int set_classes(struct layout *l, struct dataset *d, const struct data_options *from,
                       struct error *e) {
    const int *class = classes_set(d, from, &l->classes.list, l->known, true, e);
    for (int i = 0; i < l->count && class; i++)
        l->files[i].label = class[l->files[i].label];
    if (class && l->count > 0)
        qsort(l->files, (size_t)l->count, sizeof *l->files, by_label);
    return class ? 0 : -1;
}

/* Draws a test set, if there is only a training set. */
static int draw_test(struct layout *l, struct dataset *d, double fraction, struct error *e) {
    size_t n = (size_t)l->count;
    int *labels = arena_alloc(l->arena, n, sizeof *labels);
    if (!labels)
        return error_memory(e, "the choice of samples");
    for (size_t i = 0; i < n; i++) {
        labels[i] = l->files[i].label;
        if (l->files[i].split != TRAIN)
            return 0;
    }
    d->undivided = true;
    const char *drawn =
        sample_set_draw_test(labels, l->count, d->classes.count, fraction, &l->drawn, l->arena, e);
    for (size_t i = 0; i < n && drawn; i++)
        l->files[i].split = drawn[i] ? TEST : TRAIN;
    return drawn ? 0 : -1;
}

static void note_number(struct dataset *d, const char *what, int n, struct error *e) {
    if (n > 0)
        dataset_note(d, e, "%s: %s", what, text_count(n));
}

static void add_notes(const struct layout *l, struct dataset *d, struct error *e) {
    int drawn = l->drawn < l->count ? l->drawn : 0; /* unless all are drawn */
    note_number(d, "images in the validation set", d->split[VALIDATION].count, e);
    note_number(d, "images drawn as a test set (data.test_share)", drawn, e);
    dataset_note_list(d, "left out, since they are empty", &l->empty, e);
    dataset_note_list(d, "folders not used", &l->unused, e);
    dataset_note_list(d, "columns of labels.csv not used", &l->columns, e);
    note_number(d, "files skipped, not images", l->skipped, e);
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    struct layout l = {.arena = &d->arena};
    bool read = find_files(&l, from, e) == 0 && set_classes(&l, d, from, e) == 0 &&
                draw_test(&l, d, from->test_fraction, e) == 0 &&
                image_files_read(d, &l, from, pool, e) == 0;
    if (read)
        add_notes(&l, d, e);
    for (int i = 0; i < l.count; i++)
        free(l.files[i].why);
    free(l.files);
    return read ? 0 : -1;
}

const struct format folder_format = {DATA_PICTURES | DATA_LABELS, "replace it or remove it",
                                     recognises, read_dataset};
