/* Tables in CSV files (csv.h): a header with the names of the columns; one column holds the label,
 * any text, all others hold numbers.
 *
 *   FOLDER/train.csv and FOLDER/test.csv     either may be missing
 *   FILE.csv                                 a share of its rows becomes the test set
 *
 * Classes are the labels of train.csv, sorted as folder.c sorts them. */
#include "base/file.h"
#include "config/keys.h"
#include "data/batch.h"
#include "data/csv.h"
#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* No config's seed is as large: which rows are for testing depends on no config, so that runs with
 * different seeds compare. */
#define TEST_SEED ((uint64_t)1 << 32)

struct table {
    struct csv csv;
    int rows;
    float *values;       /* rows x columns */
    const char **labels; /* rows; in csv.text */
    int *lines;          /* rows */
};

static bool is_csv(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".csv") == 0 && !file_is_directory(path);
}

/* FOLDER/train.csv or FOLDER/test.csv; whether it is there. */
static bool in_folder(const char *folder, int k, char path[FILE_PATH]) {
    static const char *const names[SPLITS] = {"train.csv", "test.csv"};
    struct error ignored = {0};
    return file_join(path, FILE_PATH, folder, names[k], &ignored) == 0 && file_exists(path);
}

bool table_recognises(const char *path) {
    char file[FILE_PATH];
    return is_csv(path) || in_folder(path, TRAIN, file) || in_folder(path, TEST, file);
}

/* ---- the header ---- */

static const char *column_name(const void *list, int i) {
    const struct csv *c = list;
    return i < c->count ? c->fields[i] : NULL;
}

static int no_label(const struct csv *c, const char *label, struct error *e) {
    enum { SHOWN = 8 };
    const char *near = keys_nearest(label, column_name, c);
    if (near)
        return error_input(e, "%s: has no column \"%s\" for the labels; did you mean \"%s\"?",
                           c->path, label, near);
    struct text known = {0};
    for (int i = 0; i < c->count && i < SHOWN; i++)
        text_printf(&known, "%s\"%s\"", i > 0 ? ", " : "", c->fields[i]);
    int result = error_input(
        e, "%s: has no column \"%s\" for the labels; set \"data.label\" to one of %s%s", c->path,
        label, known.data ? known.data : "its columns", c->count > SHOWN ? ", ..." : "");
    text_free(&known);
    return result;
}

/* Takes the names of the columns from the first row, into `columns` those of numbers; returns which
 * one is the label's, or -1. */
static int read_header(struct csv *c, const char *label, struct strings *columns, struct arena *a,
                       struct error *e) {
    int found = csv_row(c, e), at = -1;
    if (found <= 0)
        return found < 0 ? -1 : error_input(e, "%s: holds no header", c->path);
    struct strings all = {c->count, (const char **)c->fields};
    if (dataset_check_columns(&all, 1, c->count, 1, c->path, e) != 0)
        return -1;
    columns->items = arena_alloc(a, (size_t)c->count, sizeof *columns->items);
    for (int i = 0; i < c->count && columns->items; i++)
        if (strcmp(c->fields[i], label) == 0)
            at = i;
        else if (!(columns->items[columns->count++] = arena_string(a, c->fields[i])))
            columns->items = NULL;
    if (!columns->items)
        return error_memory(e, c->path);
    if (at < 0)
        return no_label(c, label, e);
    return columns->count > 0 ? at
                              : error_input(e, "%s: has no columns but that of the label", c->path);
}

/* ---- the rows ---- */

static int read_row(struct table *t, int label, const struct strings *columns, struct error *e) {
    const struct csv *c = &t->csv;
    if (c->count != columns->count + 1)
        return error_input(e, "%s: line %d: has %d field%s, but the header has %d", c->path,
                           c->line, c->count, c->count == 1 ? "" : "s", columns->count + 1);
    if (c->fields[label][0] == '\0')
        return error_input(e, "%s: line %d, column %d: the label is empty", c->path, c->line,
                           label + 1);
    float *values = t->values + (size_t)t->rows * (size_t)columns->count;
    for (int i = 0; i < columns->count; i++) {
        int at = i + (i >= label);
        if (csv_number(c, at, columns->items[i], &values[i], e) != 0)
            return -1;
    }
    t->labels[t->rows] = c->fields[label];
    t->lines[t->rows++] = c->line;
    return 0;
}

/* The whole file. Free it after a failure, too. */
static int table_open(struct table *t, const char *path, const char *label_name,
                      struct strings *columns, struct arena *a, struct error *e) {
    *t = (struct table){0};
    if (csv_open(&t->csv, path, e) != 0)
        return -1;
    int label = read_header(&t->csv, label_name, columns, a, e), found;
    if (label < 0)
        return -1;
    /* A row has a byte for each field at least, the comma or line end behind it: so the file's size
     * bounds the memory. */
    size_t most = t->csv.size / (size_t)t->csv.count + 1, n = (size_t)columns->count;
    if (most > KEY_INT_MAX)
        return error_input(e, "%s: has too many rows", path);
    t->values = calloc(most * n, sizeof *t->values);
    t->labels = calloc(most, sizeof *t->labels);
    t->lines = calloc(most, sizeof *t->lines);
    if (!t->values || !t->labels || !t->lines)
        return error_memory(e, path);
    while ((found = csv_row(&t->csv, e)) > 0)
        if (read_row(t, label, columns, e) != 0)
            return -1;
    return found < 0     ? -1
           : t->rows > 0 ? 0
                         : error_input(e, "%s: holds no rows but the header", path);
}

static void table_free(struct table *t) {
    csv_close(&t->csv);
    free(t->values);
    free(t->labels);
    free(t->lines);
    *t = (struct table){0};
}

/* ---- the classes ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The different labels of the table. */
static int make_classes(struct dataset *d, const struct table *t, struct error *e) {
    int count = 0;
    const char **sorted = malloc((size_t)t->rows * sizeof *sorted);
    if (!sorted)
        return error_memory(e, t->csv.path);
    memcpy(sorted, t->labels, (size_t)t->rows * sizeof *sorted);
    qsort(sorted, (size_t)t->rows, sizeof *sorted, by_name);
    for (int i = 0; i < t->rows; i++)
        if (count == 0 || strcmp(sorted[i], sorted[count - 1]) != 0)
            sorted[count++] = sorted[i];
    d->classes.count = count;
    d->classes.items = arena_alloc(&d->arena, (size_t)count, sizeof *sorted);
    bool complete = d->classes.items != NULL;
    for (int c = 0; c < count && complete; c++)
        complete = (d->classes.items[c] = arena_string(&d->arena, sorted[c])) != NULL;
    free(sorted);
    if (!complete)
        return error_memory(e, t->csv.path);
    dataset_sort_classes(&d->classes);
    return dataset_check_classes(&d->classes, t->csv.path, e);
}

/* A class's name, and its label. */
struct name {
    const char *text;
    int label;
};

/* The label of each row. */
static int find_labels(const struct dataset *d, const struct table *t, int *labels,
                       struct error *e) {
    int n = d->classes.count, result = 0;
    struct name *names = malloc((size_t)n * sizeof *names);
    if (!names)
        return error_memory(e, t->csv.path);
    for (int c = 0; c < n; c++)
        names[c] = (struct name){d->classes.items[c], c};
    qsort(names, (size_t)n, sizeof *names, by_name);
    for (int i = 0; i < t->rows && result == 0; i++) {
        const struct name *found = bsearch(&t->labels[i], names, (size_t)n, sizeof *names, by_name);
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

static void set_columns(struct dataset *d, const struct strings *columns) {
    d->columns = *columns;
    d->height = d->channels = 1;
    d->width = columns->count;
}

/* The rows of that order as a split. */
static int fill(struct dataset *d, int k, const struct subset *rows, const char *path,
                struct error *e) {
    size_t n = (size_t)d->width;
    struct split *s = &d->split[k];
    if (dataset_reserve(d, k, rows->count, path, e) != 0)
        return -1;
    for (int i = 0; i < rows->count; i++) {
        size_t from = (size_t)rows->order[i];
        memcpy(s->values + (size_t)i * n, rows->split->values + from * n, n * sizeof *s->values);
        s->labels[i] = rows->split->labels[from];
    }
    return 0;
}

/* All rows into one split, or a share of them into the test split and the others into the training
 * split. */
static int place(struct dataset *d, int k, const struct table *t, double share, struct error *e) {
    struct arena a = {0};
    struct split all = {.count = t->rows, .values = t->values};
    struct subset rest, drawn;
    struct batch_counts counts = {.validation = (int)floor(share * t->rows + 0.5)};
    all.labels = arena_alloc(&a, (size_t)t->rows, sizeof *all.labels);
    int result = !all.labels ? error_memory(e, t->csv.path) : find_labels(d, t, all.labels, e);
    if (result == 0)
        result = batch_split(&all, NULL, d->classes.count, counts, TEST_SEED, &a, &rest, &drawn, e);
    if (result == 0)
        result = fill(d, k, &rest, t->csv.path, e);
    if (result == 0 && drawn.count > 0)
        result = fill(d, TEST, &drawn, t->csv.path, e);
    arena_free(&a);
    return result;
}

static int read_file(struct dataset *d, const char *path, const char *label, double share,
                     struct error *e) {
    struct table t;
    struct strings columns = {0};
    int result = table_open(&t, path, label, &columns, &d->arena, e);
    if (result == 0) {
        set_columns(d, &columns);
        result = make_classes(d, &t, e) == 0 ? place(d, TRAIN, &t, share, e) : -1;
    }
    table_free(&t);
    return result;
}

static int check_same_columns(const struct strings *got, const struct strings *want,
                              const char *path, struct error *e) {
    if (got->count != want->count)
        return error_input(e, "%s: has %d columns of numbers, but train.csv has %d", path,
                           got->count, want->count);
    for (int i = 0; i < got->count; i++)
        if (strcmp(got->items[i], want->items[i]) != 0)
            return error_input(e, "%s: has the column \"%s\" where train.csv has \"%s\"", path,
                               got->items[i], want->items[i]);
    return 0;
}

static int read_folder(struct dataset *d, const char *folder, const char *label, struct error *e) {
    char path[FILE_PATH];
    for (int k = 0; k < SPLITS; k++) {
        struct table t;
        struct strings columns = {0};
        if (!in_folder(folder, k, path))
            continue;
        int result = table_open(&t, path, label, &columns, &d->arena, e);
        bool first = d->columns.count == 0;
        if (result == 0 && !first)
            result = check_same_columns(&columns, &d->columns, path, e);
        if (result == 0 && first) {
            set_columns(d, &columns);
            result = make_classes(d, &t, e);
        }
        if (result == 0)
            result = place(d, k, &t, 0, e);
        table_free(&t);
        if (result != 0)
            return -1;
    }
    return 0;
}

int table_read(struct dataset *d, const struct config_data *from, struct team *team,
               struct error *e) {
    (void)team;
    return is_csv(from->path) ? read_file(d, from->path, from->label, from->test_share, e)
                              : read_folder(d, from->path, from->label, e);
}
