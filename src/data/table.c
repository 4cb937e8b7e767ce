/* Tables in CSV files (csv_table.h):
 *
 *   FOLDER/train.csv and FOLDER/test.csv     either may be missing
 *   FILE.csv                                 a share of its rows becomes the test set
 *
 * The classes of one column are the labels in train.csv, sorted by dataset_sort_classes. */
#include "base/file.h"
#include "data/csv_table.h"
#include "data/formats.h"
#include "data/sample_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* No config's seed is as large: which rows are for testing depends on no config, so that runs with
 * different seeds compare. */
#define TEST_SEED ((uint64_t)1 << 32)

static bool is_file(const char *path) {
    return csv_named(path) && !file_is_directory(path);
}

/* FOLDER/train.csv or FOLDER/test.csv; whether it is there. */
static bool in_folder(const char *folder, int k, char path[FILE_PATH]) {
    static const char *const names[SPLITS] = {"train.csv", "test.csv"};
    struct error ignored = {0};
    return file_join(path, FILE_PATH, folder, names[k], &ignored) == 0 && file_exists(path);
}

bool table_recognises(const char *path) {
    char file[FILE_PATH];
    return is_file(path) || in_folder(path, TRAIN, file) || in_folder(path, TEST, file);
}

/* ---- the classes ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* These columns' names, in the arena; -1 when memory is out. */
static int names_of(const struct column *columns, int count, struct string_list *names,
                    struct arena *a) {
    names->count = count;
    names->items = arena_alloc(a, (size_t)count, sizeof *names->items);
    for (int i = 0; i < count && names->items; i++)
        names->items[i] = columns[i].name;
    return names->items ? 0 : -1;
}

/* The different labels of the table, or the names of its label columns. */
static int make_classes(struct dataset *d, const struct csv_table *t, struct error *e) {
    int count = 0;
    if (t->target)
        return names_of(t->labels, t->nlabels, &d->classes, &d->arena) == 0
                   ? 0
                   : error_memory(e, t->csv.path);
    const char **sorted = malloc((size_t)t->rows * sizeof *sorted);
    if (!sorted)
        return error_memory(e, t->csv.path);
    memcpy(sorted, t->label, (size_t)t->rows * sizeof *sorted);
    qsort(sorted, (size_t)t->rows, sizeof *sorted, by_name);
    for (int i = 0; i < t->rows; i++)
        if (count == 0 || strcmp(sorted[i], sorted[count - 1]) != 0)
            sorted[count++] = sorted[i];
    int result = dataset_name_classes(d, sorted, count, t->csv.path, e);
    free(sorted);
    if (result != 0)
        return -1;
    dataset_sort_classes(&d->classes);
    return dataset_check_classes(&d->classes, t->csv.path, e);
}

/* A class's name, and its label. */
struct name {
    const char *text;
    int label;
};

/* The label of each row; of several the first. */
static int label_rows(const struct dataset *d, const struct csv_table *t, int *labels,
                      struct error *e) {
    for (int i = 0; i < t->rows && t->target; i++)
        for (int c = t->nlabels - 1; c >= 0; c--)
            if (t->target[(size_t)i * (size_t)t->nlabels + (size_t)c] > 0)
                labels[i] = c;
    if (t->target)
        return 0;
    int n = d->classes.count, result = 0;
    struct name *names = malloc((size_t)n * sizeof *names);
    if (!names)
        return error_memory(e, t->csv.path);
    for (int c = 0; c < n; c++)
        names[c] = (struct name){d->classes.items[c], c};
    qsort(names, (size_t)n, sizeof *names, by_name);
    for (int i = 0; i < t->rows && result == 0; i++) {
        const struct name *found = bsearch(&t->label[i], names, (size_t)n, sizeof *names, by_name);
        if (found)
            labels[i] = found->label;
        else
            result = error_input(e, "%s: line %d: its label is not one of train.csv's", t->csv.path,
                                 t->lines[i]);
    }
    free(names);
    return result;
}

/* ---- from tables to splits ---- */

/* The rows of that order as a split. */
static int fill(struct dataset *d, int k, const struct sample_set *rows, const char *path,
                struct error *e) {
    size_t n = (size_t)d->width, classes = (size_t)d->classes.count;
    struct split *s = &d->split[k];
    const struct split *all = rows->split;
    if (dataset_reserve(d, k, rows->count, path, e) != 0)
        return -1;
    if (all->targets) {
        s->targets = arena_alloc(&d->arena, (size_t)rows->count, classes * sizeof *s->targets);
        if (!s->targets)
            return error_memory(e, path);
    }
    for (int i = 0; i < rows->count; i++) {
        size_t from = (size_t)rows->order[i];
        memcpy(s->values + (size_t)i * n, all->values + from * n, n * sizeof *s->values);
        s->labels[i] = all->labels[from];
        if (all->targets)
            memcpy(s->targets + (size_t)i * classes, all->targets + from * classes,
                   classes * sizeof *s->targets);
    }
    return 0;
}

/* All rows into one split, or a share of them into the test split and the others into the training
 * split. */
static int place(struct dataset *d, int k, const struct csv_table *t, double share,
                 struct error *e) {
    struct arena a = {0};
    struct split all = {.count = t->rows, .values = t->value, .targets = t->target};
    struct sample_set rest, drawn;
    struct sample_set_counts counts = {.validation = (int)floor(share * t->rows + 0.5)};
    all.labels = arena_alloc(&a, (size_t)t->rows, sizeof *all.labels);
    int result = !all.labels ? error_memory(e, t->csv.path) : label_rows(d, t, all.labels, e);
    if (result == 0)
        result =
            sample_set_split(&all, NULL, d->classes.count, counts, TEST_SEED, &a, &rest, &drawn, e);
    if (result == 0)
        result = fill(d, k, &rest, t->csv.path, e);
    if (result == 0 && drawn.count > 0)
        result = fill(d, TEST, &drawn, t->csv.path, e);
    arena_free(&a);
    return result;
}

/* Shape, columns and classes, of the first table that is read. */
static int set_shape(struct dataset *d, const struct csv_table *t, struct error *e) {
    if (names_of(t->values, t->nvalues, &d->columns, &d->arena) != 0)
        return error_memory(e, t->csv.path);
    d->height = d->channels = 1;
    d->width = t->nvalues;
    for (int k = 0; k < SPLITS; k++)
        d->split[k].multi_label = t->target != NULL;
    return make_classes(d, t, e);
}

static int read_file(struct dataset *d, const struct data_options *from, struct error *e) {
    struct csv_table t;
    int result = csv_table_open(&t, from->path, from->label, &d->arena, e);
    if (result == 0)
        result = set_shape(d, &t, e) == 0 ? place(d, TRAIN, &t, from->test_share, e) : -1;
    csv_table_free(&t);
    return result;
}

static int check_same_columns(const struct csv_table *t, const struct string_list *columns,
                              struct error *e) {
    if (t->nvalues != columns->count)
        return error_input(e, "%s: has %d columns of numbers, but train.csv has %d", t->csv.path,
                           t->nvalues, columns->count);
    for (int i = 0; i < t->nvalues; i++)
        if (strcmp(t->values[i].name, columns->items[i]) != 0)
            return error_input(e, "%s: has the column \"%s\" where train.csv has \"%s\"",
                               t->csv.path, t->values[i].name, columns->items[i]);
    return 0;
}

static int read_folder(struct dataset *d, const struct data_options *from, struct error *e) {
    char path[FILE_PATH];
    for (int k = 0; k < SPLITS; k++) {
        struct csv_table t;
        if (!in_folder(from->path, k, path))
            continue;
        int result = csv_table_open(&t, path, from->label, &d->arena, e);
        if (result == 0)
            result = d->columns.count == 0 ? set_shape(d, &t, e)
                                           : check_same_columns(&t, &d->columns, e);
        if (result == 0)
            result = place(d, k, &t, 0, e);
        csv_table_free(&t);
        if (result != 0)
            return -1;
    }
    return 0;
}

int table_read(struct dataset *d, const struct data_options *from, struct thread_pool *pool,
               struct error *e) {
    (void)pool;
    return is_file(from->path) ? read_file(d, from, e) : read_folder(d, from, e);
}
