#include "data/pictures/layout.h"
#include "base/file.h"
#include "data/classes.h"
#include "data/format.h"
#include "data/names.h"
#include "data/pictures/labels_csv.h"
#include "data/sample_set.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int layout_split(const char *name) {
    static const struct {
        const char *name;
        int split;
    } names[] = {{"train", TRAIN},          {"training", TRAIN}, {"test", TEST},
                 {"testing", TEST},         {"val", VALIDATION}, {"valid", VALIDATION},
                 {"validation", VALIDATION}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0)
            return names[i].split;
    return -1;
}

/* ---- folders ---- */

/* Whether it lies beside pictures without being meant as one. */
static bool passed_over(const char *name) {
    return strcasecmp(name, "Thumbs.db") == 0 || strcasecmp(name, "desktop.ini") == 0 ||
           strcmp(name, "__MACOSX") == 0 || strncasecmp(name, "README", 6) == 0 ||
           strncasecmp(name, "LICENSE", 7) == 0 || file_has_suffix(name, ".txt") ||
           file_has_suffix(name, ".md") || file_has_suffix(name, ".csv");
}

int layout_list(struct layout *l, const char *path, struct string_list *names, struct error *e) {
    int count, result = 0;
    char **found = file_list(path, &count, e);
    if (!found)
        return -1;
    l->passed_over += file_count_hidden(path);
    *names = (struct string_list){0, arena_alloc(&l->arena, (size_t)count, sizeof *names->items)};
    for (int i = 0; i < count && names->items && result == 0; i++)
        if (passed_over(found[i]))
            l->passed_over++;
        else if (!(names->items[names->count++] = arena_string(&l->arena, found[i])))
            result = error_memory(e, path);
    free(found);
    return names->items ? result : error_memory(e, path);
}

int layout_add(struct layout *l, const char *folder, const struct string_list *names, int split,
               const char *class, struct error *e) {
    struct picture_files *f = &l->files;
    size_t count = (size_t)f->count + (size_t)names->count;
    struct picture_file *items =
        count <= KEY_INT_MAX ? realloc(f->items, count * sizeof *items + 1) : NULL;
    if (!items)
        return error_memory(e, folder);
    f->items = items;
    for (int i = 0; i < names->count; i++)
        items[f->count++] = (struct picture_file){
            .folder = folder, .name = names->items[i], .split = split, .class = class};
    return 0;
}

static void free_layout(struct layout *l) {
    free(l->files.items);
    arena_free(&l->arena);
}

/* The folders in a folder, those of them that are named like a split, and those of these with
 * folders in them. */
struct folders {
    int count, splits, nested;
};

static struct folders count_folders(const char *path, bool nested) {
    struct error ignored = {0};
    struct layout l = {0};
    struct string_list names = {0};
    struct folders f = {0};
    char inner[FILE_PATH];
    if (!file_is_directory(path) || layout_list(&l, path, &names, &ignored) != 0)
        names.count = 0;
    for (int i = 0; i < names.count; i++) {
        bool split = layout_split(names.items[i]) >= 0;
        if (!file_find(inner, path, names.items[i]) || !file_is_directory(inner))
            continue;
        f.count++;
        f.splits += split;
        f.nested += nested && split && count_folders(inner, false).count > 0;
    }
    free_layout(&l);
    return f;
}

/* A folder train/ that has only files may be one of several classes: bus, car, train. */
static bool has_splits(const struct folders *f) {
    return f->splits > 0 && (f->nested > 0 || f->count == f->splits);
}

static bool has_labels(const char *path) {
    char file[FILE_PATH];
    return file_find(file, path, "labels.csv");
}

static bool recognises(const char *path) {
    return count_folders(path, false).count > 0 || has_labels(path);
}

/* ---- folders of classes ---- */

/* The path "folder/name", in the layout's arena, or NULL with an error. */
static char *join(struct layout *l, const char *folder, const char *name, struct error *e) {
    char path[FILE_PATH], *copy = NULL;
    if (file_join(path, sizeof path, folder, name, e) == 0 &&
        !(copy = arena_string(&l->arena, path)))
        error_memory(e, folder);
    return copy;
}

/* Adds the pictures of the class folders in a folder. */
static int add_classes(struct layout *l, const char *path, int split, struct error *e) {
    struct string_list classes, pictures;
    if (layout_list(l, path, &classes, e) != 0)
        return -1;
    for (int i = 0; i < classes.count; i++) {
        char *folder = join(l, path, classes.items[i], e);
        if (!folder)
            return -1;
        if (!file_is_directory(folder))
            problems_add(&l->stray, "%s", folder);
        else if (layout_list(l, folder, &pictures, e) != 0 ||
                 layout_add(l, folder, &pictures, split, classes.items[i], e) != 0)
            return -1;
        else if (pictures.count == 0)
            problems_add(&l->empty, "%s", folder);
    }
    return 0;
}

/* Refuses a folder beside the splits that has a class folder of theirs. */
static int refuse_unnamed_split(const struct layout *l, const char *path,
                                const struct string_list *names, struct error *e) {
    for (int i = 0; i < names->count; i++)
        for (int k = 0; k < l->files.count && layout_split(names->items[i]) < 0; k++) {
            const char *class = l->files.items[k].class;
            char folder[FILE_PATH], inner[FILE_PATH];
            if (k > 0 && class == l->files.items[k - 1].class)
                continue; /* the files of a class follow each other */
            if (file_find(folder, path, names->items[i]) && file_find(inner, folder, class) &&
                file_is_directory(inner))
                return error_input(e,
                                   "%s: %s has class folders, too: name it train, training, test, "
                                   "testing, val, valid or validation, or move it away",
                                   path, names->items[i]);
        }
    return 0;
}

/* Adds train/, test/ and val/. */
static int add_splits(struct layout *l, const char *path, struct error *e) {
    struct string_list names;
    const char *found[SPLITS] = {NULL};
    if (layout_list(l, path, &names, e) != 0)
        return -1;
    for (int i = 0; i < names.count; i++) {
        int k = layout_split(names.items[i]), before = l->files.count;
        char *folder = join(l, path, names.items[i], e);
        if (!folder)
            return -1;
        if (!file_is_directory(folder)) {
            l->passed_over++;
            continue;
        }
        if (k < 0) {
            problems_add(&l->unused, "%s", names.items[i]);
            continue;
        }
        if (found[k])
            return error_input(e, "%s: has both %s and %s", path, found[k], names.items[i]);
        found[k] = names.items[i];
        if (add_classes(l, folder, k, e) != 0)
            return -1;
        if (l->files.count == before && l->stray.count == 0)
            return error_input(e, "%s: has no class folders with pictures", folder);
    }
    return refuse_unnamed_split(l, path, &names, e);
}

static int find_files(struct layout *l, const struct data_options *from, struct error *e) {
    const char *path = from->path;
    struct folders f = count_folders(path, true);
    int result = has_splits(&f)     ? add_splits(l, path, e)
                 : has_labels(path) ? labels_csv_add(l, path, from->label, e)
                                    : add_classes(l, path, TRAIN, e);
    if (l->stray.count == 1)
        return error_input(e, "%s: is a file where a class folder should be", l->stray.shown[0]);
    return l->stray.count > 1
               ? problems_refuse(&l->stray, e, "%s: has %d files where class folders should be",
                                 path, l->stray.count)
               : result;
}

/* ---- classes ---- */

/* The classes are those of the first split; with a model, they are a part of its classes. */
static int set_labels(struct layout *l, struct dataset *d, const struct data_options *from,
                      struct error *e) {
    struct picture_file *f = l->files.items;
    size_t n = (size_t)l->files.count;
    struct string_list names = {0, arena_alloc(&l->arena, n, sizeof *names.items)};
    int *index = arena_alloc(&l->arena, n, sizeof *index), first = VALIDATION, label;
    if (!names.items || !index)
        return error_memory(e, from->path);
    for (size_t i = 0; i < n; i++)
        first = f[i].split < first ? f[i].split : first;
    for (size_t i = 0; i < n; i++)
        if (f[i].split == first || from->expected)
            names.items[names.count++] = f[i].class;
    names_sort_unique(&names);
    if (classes_set(d, from, &names, index, e) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (names_find(&names, &f[i].class, 1, &label) == 0)
            return error_input(e, "%s: is not a class of the training set", f[i].folder);
        f[i].label = index[label];
    }
    return 0;
}

static int by_label(const void *a, const void *b) {
    const struct picture_file *f = a, *g = b;
    return f->label != g->label ? (f->label > g->label) - (f->label < g->label)
                                : strcmp(f->name, g->name);
}

/* Draws a test set, if there is only a training set. */
static int draw_test(struct layout *l, struct dataset *d, double fraction, struct error *e) {
    struct picture_file *f = l->files.items;
    size_t n = (size_t)l->files.count;
    int *labels = arena_alloc(&l->arena, n, sizeof *labels);
    char *drawn = arena_alloc(&l->arena, n, 1);
    if (!labels || !drawn)
        return error_memory(e, "the choice of samples");
    for (size_t i = 0; i < n; i++) {
        labels[i] = f[i].label;
        if (f[i].split != TRAIN)
            return 0;
    }
    d->undivided = true;
    l->drawn = sample_set_draw_test(labels, l->files.count, d->classes.count, fraction, drawn, e);
    for (size_t i = 0; i < n; i++)
        f[i].split = drawn[i] ? TEST : TRAIN;
    return l->drawn < 0 ? -1 : 0;
}

/* ---- all layouts ---- */

static int add_notes(const struct layout *l, struct dataset *d, struct error *e) {
    const struct {
        int count;
        const char *what;
        const struct problems *names;
    } notes[] = {
        {d->split[VALIDATION].count, "pictures in the validation set", NULL},
        {l->drawn, "pictures drawn as a test set (data.test_share)", NULL},
        {l->empty.count, "left out, since they are empty", &l->empty},
        {l->unused.count, "folders not used", &l->unused},
        {l->columns.count, "columns of labels.csv not used", &l->columns},
        {l->passed_over, "files passed over, not being pictures", NULL},
    };
    char list[PROBLEMS_LIST];
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        if (notes[i].names)
            problems_list(notes[i].names, list);
        else
            text_group(notes[i].count, list);
        if (notes[i].count > 0 && dataset_note(d, e, "%s: %s", notes[i].what, list) != 0)
            return -1;
    }
    return 0;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    struct layout l = {0};
    int result = find_files(&l, from, e);
    if (result == 0)
        result = set_labels(&l, d, from, e);
    if (result == 0) {
        qsort(l.files.items, (size_t)l.files.count, sizeof *l.files.items, by_label);
        result = draw_test(&l, d, from->test_fraction, e);
    }
    if (result == 0)
        result = picture_files_read(d, &l.files, from, pool, e);
    if (result == 0)
        result = add_notes(&l, d, e);
    free_layout(&l);
    return result;
}

const struct format folder_format = {recognises, read_dataset};
