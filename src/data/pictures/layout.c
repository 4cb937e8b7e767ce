#include "data/pictures/layout.h"
#include "base/file.h"
#include "base/text.h"
#include "data/classes.h"
#include "data/names.h"
#include "data/pictures/labels_csv.h"
#include "data/sample_set.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int split_named(const char *name) {
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

/* Whether the folder has a folder in it, or else a file, besides what is passed over. */
static bool contains(const char *path, bool folder) {
    struct error ignored = {0};
    struct layout l = {0};
    struct string_list names = {0};
    char inner[FILE_PATH];
    bool found = false;
    if (layout_list(&l, path, &names, &ignored) == 0)
        for (int i = 0; i < names.count && !found; i++)
            found = (file_find(inner, path, names.items[i]) && file_is_directory(inner)) == folder;
    layout_free(&l);
    return found;
}

enum layout_kind layout_kind(const char *path) {
    struct error ignored = {0};
    struct layout l = {0};
    struct string_list names = {0};
    int folders = 0, splits = 0;
    bool splits_with_folders = false, classes = false;
    char inner[FILE_PATH];
    if (!file_is_directory(path) || layout_list(&l, path, &names, &ignored) != 0)
        names.count = 0;
    for (int i = 0; i < names.count; i++) {
        bool split = split_named(names.items[i]) >= 0;
        if (!file_find(inner, path, names.items[i]) || !file_is_directory(inner))
            continue;
        folders++;
        splits += split;
        splits_with_folders = splits_with_folders || (split && contains(inner, true));
        classes = classes || (!split && contains(inner, false));
    }
    layout_free(&l);
    /* A folder train/ that has only files may be one of several classes: bus, car, train. */
    if (splits > 0 && (splits_with_folders || folders == splits))
        return LAYOUT_SPLITS;
    return file_find(inner, path, "labels.csv") ? LAYOUT_LABELS
           : classes                            ? LAYOUT_CLASSES
                                                : LAYOUT_NONE;
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

/* ---- folders of classes ---- */

/* Adds the pictures of the class folders in a folder. */
static int add_classes(struct layout *l, const char *path, int split, struct problems *stray,
                       struct error *e) {
    struct string_list classes, pictures;
    if (layout_list(l, path, &classes, e) != 0)
        return -1;
    for (int i = 0; i < classes.count; i++) {
        char inner[FILE_PATH], *folder;
        if (file_join(inner, sizeof inner, path, classes.items[i], e) != 0)
            return -1;
        if (!(folder = arena_string(&l->arena, inner)))
            return error_memory(e, path);
        if (!file_is_directory(folder))
            problems_add(stray, "%s", folder);
        else if (layout_list(l, folder, &pictures, e) != 0 ||
                 layout_add(l, folder, &pictures, split, classes.items[i], e) != 0)
            return -1;
        else if (pictures.count == 0)
            problems_add(&l->empty, "%s", folder);
    }
    return 0;
}

/* Adds train/, test/ and val/. */
static int add_splits(struct layout *l, const char *path, struct problems *stray, struct error *e) {
    struct string_list names;
    const char *found[SPLITS] = {NULL};
    if (layout_list(l, path, &names, e) != 0)
        return -1;
    for (int i = 0; i < names.count; i++) {
        char folder[FILE_PATH];
        int k = split_named(names.items[i]), before = l->files.count;
        if (file_join(folder, sizeof folder, path, names.items[i], e) != 0)
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
        if (add_classes(l, folder, k, stray, e) != 0)
            return -1;
        if (l->files.count == before && stray->count == 0)
            return error_input(e, "%s: has no class folders with pictures", folder);
    }
    return 0;
}

static int refuse_stray(const struct problems *stray, const char *path, struct error *e) {
    return stray->count == 0 ? 0
           : stray->count == 1
               ? error_input(e, "%s: is a file where a class folder should be", stray->shown[0])
               : problems_refuse(stray, e, "%s: has %d files where class folders should be", path,
                                 stray->count);
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

/* Draws a test set, if there is only a training set, but leaves that a picture of each class. */
static int draw_test(struct layout *l, int classes, double fraction, struct error *e) {
    struct split all = {.count = l->files.count};
    struct sample_set rest, test;
    struct picture_file *f = l->files.items;
    int *left = arena_alloc(&l->arena, (size_t)classes, sizeof *left);
    all.labels = arena_alloc(&l->arena, (size_t)all.count, sizeof *all.labels);
    if (!all.labels || !left)
        return error_memory(e, "the choice of samples");
    for (int i = 0; i < all.count; i++) {
        all.labels[i] = f[i].label;
        left[f[i].label]++;
        if (f[i].split != TRAIN)
            return 0;
    }
    if (sample_set_draw_test(&all, classes, fraction, &l->arena, &rest, &test, e) != 0)
        return -1;
    for (int i = 0; i < test.count; i++)
        if (left[f[test.order[i]].label]-- > 1 || fraction >= 1) {
            f[test.order[i]].split = TEST;
            l->drawn++;
        }
    return 0;
}

/* ---- all layouts ---- */

int layout_find(struct layout *l, struct dataset *d, const struct data_options *from,
                struct error *e) {
    const char *path = from->path;
    enum layout_kind kind = layout_kind(path);
    struct problems stray = {0};
    int result = kind == LAYOUT_SPLITS    ? add_splits(l, path, &stray, e)
                 : kind == LAYOUT_CLASSES ? add_classes(l, path, TRAIN, &stray, e)
                                          : labels_csv_add(l, path, from->label, e);
    if (result != 0 || refuse_stray(&stray, path, e) != 0 || set_labels(l, d, from, e) != 0)
        return -1;
    qsort(l->files.items, (size_t)l->files.count, sizeof *l->files.items, by_label);
    return draw_test(l, d->classes.count, from->test_fraction, e);
}

int layout_note(const struct layout *l, struct dataset *d, struct error *e) {
    char list[PROBLEMS_LIST], n[TEXT_GROUP];
    text_group(d->split[VALIDATION].count, n);
    if (d->split[VALIDATION].count > 0 && dataset_note(d, e, "a validation set of %s pictures", n))
        return -1;
    text_group(l->drawn, n);
    if (l->drawn > 0 &&
        dataset_note(d, e, "%s pictures drawn as a test set (data.test_share)", n) != 0)
        return -1;
    problems_list(&l->empty, list);
    if (l->empty.count > 0 && dataset_note(d, e, "left out, since they are empty: %s", list) != 0)
        return -1;
    problems_list(&l->unused, list);
    if (l->unused.count > 0 && dataset_note(d, e, "folders not used: %s", list) != 0)
        return -1;
    text_group(l->passed_over, n);
    return l->passed_over > 0 ? dataset_note(d, e, "files passed over, not being pictures: %s", n)
                              : 0;
}

void layout_free(struct layout *l) {
    free(l->files.items);
    arena_free(&l->arena);
}
