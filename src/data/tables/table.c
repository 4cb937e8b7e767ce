/* Tables in CSV files (csv_table.h):
 *
 *   FOLDER/train.csv and FOLDER/test.csv     either may be missing
 *   FILE.csv                                 a fraction of its rows becomes the test set
 *
 * If there is one label column, the classes are the texts in it, in the first file, sorted by
 * names_sort; otherwise they are the names of the label columns. */
#include "base/file.h"
#include "data/format.h"
#include "data/names.h"
#include "data/sample_set.h"
#include "data/tables/csv_table.h"

#include <stdlib.h>
#include <string.h>

static const char *const file_names[2] = {"train.csv", "test.csv"};

static bool is_file(const char *path) {
    return file_has_suffix(path, ".csv") && file_exists(path) && !file_is_directory(path);
}

static bool recognises(const char *path) {
    char file[FILE_PATH];
    return is_file(path) || file_find(file, path, file_names[TRAIN]) ||
           file_find(file, path, file_names[TEST]);
}

/* ---- the classes ---- */

static int make_classes(struct dataset *d, const struct csv_table *t, struct error *e) {
    if (t->target) {
        d->classes = t->labels;
        return 0;
    }
    const char **sorted = malloc((size_t)t->rows * sizeof *sorted);
    if (!sorted)
        return error_memory(e, t->csv.path);
    memcpy(sorted, t->label, (size_t)t->rows * sizeof *sorted);
    struct string_list names = {t->rows, sorted};
    names_sort_unique(&names);
    int result = names_copy(&d->classes, sorted, names.count, t->csv.path, &d->arena, e);
    free(sorted);
    return result == 0 ? dataset_check_classes(&d->classes, t->csv.path, e) : -1;
}

/* The class of each row; if multi-label, its first class, or 0 if it has none. */
static int label_rows(const struct dataset *d, const struct csv_table *t, int *labels,
                      struct error *e) {
    int classes = d->classes.count;
    for (int i = 0; i < t->rows && t->target; i++)
        for (int c = classes - 1; c >= 0; c--)
            if (t->target[(size_t)i * (size_t)classes + (size_t)c] > 0)
                labels[i] = c;
    int known = t->target ? t->rows : names_find(&d->classes, t->label, t->rows, labels);
    return known == t->rows ? 0
                            : error_input(e, "%s: line %d: its label does not occur in train.csv",
                                          t->csv.path, t->line[known]);
}

/* ---- from tables to splits ---- */

/* Copies the rows that `rows` selects into split k. */
static int fill(struct dataset *d, int k, const struct sample_set *rows, const char *path,
                struct error *e) {
    size_t n = (size_t)d->width, classes = (size_t)d->classes.count;
    struct split *s = &d->split[k];
    const struct split *all = rows->split;
    if (dataset_reserve(d, k, rows->count, path, e) != 0 ||
        (all->targets && dataset_reserve_targets(d, k, path, e) != 0))
        return -1;
    for (size_t i = 0; i < (size_t)rows->count; i++) {
        size_t from = (size_t)rows->order[i];
        memcpy(s->values + i * n, all->values + from * n, n * sizeof *s->values);
        s->labels[i] = all->labels[from];
        if (all->targets)
            memcpy(s->targets + i * classes, all->targets + from * classes,
                   classes * sizeof *s->targets);
    }
    return 0;
}

/* Draws this fraction of the rows for the test split; the others go into split k. */
static int place(struct dataset *d, int k, const struct csv_table *t, double test_fraction,
                 struct error *e) {
    struct arena a = {0};
    struct split all = {.count = t->rows, .values = t->value, .targets = t->target};
    struct sample_set rest, drawn;
    all.labels = arena_alloc(&a, (size_t)t->rows, sizeof *all.labels);
    int result = !all.labels ? error_memory(e, t->csv.path) : label_rows(d, t, all.labels, e);
    if (result == 0)
        result = sample_set_draw_test(&all, d->classes.count, test_fraction, &a, &rest, &drawn, e);
    if (result == 0)
        result = fill(d, k, &rest, t->csv.path, e);
    if (result == 0 && drawn.count > 0)
        result = fill(d, TEST, &drawn, t->csv.path, e);
    arena_free(&a);
    return result;
}

/* The first table that is read sets shape, columns and classes; another must have the same columns.
 */
static int check_columns(struct dataset *d, const struct csv_table *t, struct error *e) {
    const struct string_list *columns = &t->values;
    if (d->columns.count == 0) {
        d->columns = *columns;
        d->height = d->channels = 1;
        d->width = columns->count;
        d->split[TRAIN].multi_label = d->split[TEST].multi_label = t->target != NULL;
        return make_classes(d, t, e);
    }
    if (columns->count != d->columns.count)
        return error_input(e, "%s: has %d columns of numbers, but train.csv has %d", t->csv.path,
                           columns->count, d->columns.count);
    for (int i = 0; i < columns->count; i++)
        if (strcmp(columns->items[i], d->columns.items[i]) != 0)
            return error_input(e, "%s: has the column \"%s\" where train.csv has \"%s\"",
                               t->csv.path, columns->items[i], d->columns.items[i]);
    return 0;
}

static int read_file(struct dataset *d, int k, const char *path, const char *label,
                     double test_fraction, struct error *e) {
    struct csv_table t;
    int result = csv_table_read(&t, path, label, &d->arena, e);
    if (result == 0)
        result = check_columns(d, &t, e);
    if (result == 0)
        result = place(d, k, &t, test_fraction, e);
    csv_table_free(&t);
    return result;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    char path[FILE_PATH];
    (void)pool;
    if (is_file(from->path))
        return read_file(d, TRAIN, from->path, from->label, from->test_fraction, e);
    for (int k = 0; k <= TEST; k++)
        if (file_find(path, from->path, file_names[k]) &&
            read_file(d, k, path, from->label, 0, e) != 0)
            return -1;
    return 0;
}

const struct format csv_format = {recognises, read_dataset};
