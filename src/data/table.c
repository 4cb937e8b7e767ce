/* Tables in CSV files (csv.h): a header with the names of the columns; one column holds the label,
 * any text, all others hold numbers. Or, for several labels a sample, several columns hold 1 or 0,
 * whether the row is of the class that has the column's name.
 *
 *   FOLDER/train.csv and FOLDER/test.csv     either may be missing
 *   FILE.csv                                 a share of its rows becomes the test set
 *
 * The classes of one column are the labels in train.csv, sorted by dataset_sort_classes. */
#include "base/file.h"
#include "config/keys.h"
#include "data/batch.h"
#include "data/csv.h"
#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* No config's seed is as large: which rows are for testing depends on no config, so that runs with
 * different seeds compare. */
#define TEST_SEED ((uint64_t)1 << 32)

/* A column: its name, and its field in each row. */
struct column {
    const char *name;
    int field;
};

struct table {
    struct csv csv;
    int nlabels, nvalues;           /* columns with labels, or numbers ... */
    struct column *labels, *values; /* ... and which they are */
    int rows;
    const char **label; /* rows; in csv.text. With several label columns these are 0 or 1 ... */
    float *target;      /* ... rows x nlabels; else NULL */
    float *value;       /* rows x nvalues */
    int *lines;         /* rows */
};

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

static int find(const struct csv *c, const char *name) {
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->fields[i], name) == 0)
            return i;
    return -1;
}

/* The columns that `label` names: one of this name, or several, divided by commas. */
static int find_labels(struct table *t, const char *label, struct arena *a, struct error *e) {
    char *names = arena_string(a, label), *next = names;
    t->labels = arena_alloc(a, (size_t)t->csv.count, sizeof *t->labels);
    if (!names || !t->labels)
        return error_memory(e, t->csv.path);
    bool one = find(&t->csv, label) >= 0;
    for (char *name = names; name; name = next) {
        next = one ? NULL : strchr(name, ',');
        if (next)
            *next++ = '\0';
        int field = find(&t->csv, name);
        if (field < 0)
            return no_label(&t->csv, name, e);
        for (int i = 0; i < t->nlabels; i++)
            if (t->labels[i].field == field)
                return error_input(e, "%s: \"data.label\" names the column \"%s\" twice",
                                   t->csv.path, name);
        t->labels[t->nlabels++] = (struct column){name, field};
    }
    return 0;
}

/* All columns but these. */
static int find_values(struct table *t, struct arena *a, struct error *e) {
    t->values = arena_alloc(a, (size_t)t->csv.count, sizeof *t->values);
    if (!t->values)
        return error_memory(e, t->csv.path);
    for (int i = 0; i < t->csv.count; i++) {
        bool is_label = false;
        for (int k = 0; k < t->nlabels; k++)
            is_label |= t->labels[k].field == i;
        const char *name = is_label ? NULL : arena_string(a, t->csv.fields[i]);
        if (!is_label && !name)
            return error_memory(e, t->csv.path);
        if (!is_label)
            t->values[t->nvalues++] = (struct column){name, i};
    }
    return t->nvalues > 0 ? 0
                          : error_input(e, "%s: has no columns but those of labels", t->csv.path);
}

static int read_header(struct table *t, const char *label, struct arena *a, struct error *e) {
    struct csv *c = &t->csv;
    int found = csv_row(c, e);
    if (found <= 0)
        return found < 0 ? -1 : error_input(e, "%s: holds no header", c->path);
    struct strings all = {c->count, (const char **)c->fields};
    return dataset_check_columns(&all, 1, c->count, 1, c->path, e) == 0 &&
                   find_labels(t, label, a, e) == 0
               ? find_values(t, a, e)
               : -1;
}

/* ---- the rows ---- */

static int read_targets(const struct table *t, float *target, struct error *e) {
    const struct csv *c = &t->csv;
    for (int i = 0; i < t->nlabels; i++) {
        const struct column *l = &t->labels[i];
        const char *cell = c->fields[l->field];
        if (strcmp(cell, "0") != 0 && strcmp(cell, "1") != 0)
            return error_input(e, "%s: line %d, column %d (\"%s\"): \"%.40s\" is not 0 or 1",
                               c->path, c->line, l->field + 1, l->name, cell);
        target[i] = cell[0] == '1';
    }
    return 0;
}

static int read_row(struct table *t, struct error *e) {
    const struct csv *c = &t->csv;
    size_t row = (size_t)t->rows;
    if (c->count != t->nlabels + t->nvalues)
        return error_input(e, "%s: line %d: has %d field%s, but the header has %d", c->path,
                           c->line, c->count, c->count == 1 ? "" : "s", t->nlabels + t->nvalues);
    const char *label = c->fields[t->labels[0].field];
    if (*label == '\0')
        return error_input(e, "%s: line %d, column %d: the label is empty", c->path, c->line,
                           t->labels[0].field + 1);
    if (t->target && read_targets(t, t->target + row * (size_t)t->nlabels, e) != 0)
        return -1;
    for (int i = 0; i < t->nvalues; i++)
        if (csv_number(c, t->values[i].field, t->values[i].name,
                       &t->value[row * (size_t)t->nvalues + (size_t)i], e) != 0)
            return -1;
    t->label[row] = label;
    t->lines[row] = c->line;
    t->rows++;
    return 0;
}

/* The whole file. Free it after a failure, too. */
static int table_open(struct table *t, const char *path, const char *label, struct arena *a,
                      struct error *e) {
    int found;
    *t = (struct table){0};
    if (csv_open(&t->csv, path, e) != 0 || read_header(t, label, a, e) != 0)
        return -1;
    /* A row has a byte for each field at least, the comma or line end behind it: so the file's size
     * bounds the memory. */
    size_t most = t->csv.size / (size_t)t->csv.count + 1;
    if (most > KEY_INT_MAX)
        return error_input(e, "%s: has too many rows", path);
    t->value = calloc(most * (size_t)t->nvalues, sizeof *t->value);
    t->label = calloc(most, sizeof *t->label);
    t->lines = calloc(most, sizeof *t->lines);
    if (t->nlabels > 1)
        t->target = calloc(most * (size_t)t->nlabels, sizeof *t->target);
    if (!t->value || !t->label || !t->lines || (t->nlabels > 1 && !t->target))
        return error_memory(e, path);
    while ((found = csv_row(&t->csv, e)) > 0)
        if (read_row(t, e) != 0)
            return -1;
    return found < 0     ? -1
           : t->rows > 0 ? 0
                         : error_input(e, "%s: holds no rows but the header", path);
}

static void table_free(struct table *t) {
    csv_close(&t->csv);
    free(t->value);
    free(t->target);
    free(t->label);
    free(t->lines);
    *t = (struct table){0};
}

/* ---- the classes ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* These columns' names, in the arena; -1 when memory is out. */
static int names_of(const struct column *columns, int count, struct strings *names,
                    struct arena *a) {
    names->count = count;
    names->items = arena_alloc(a, (size_t)count, sizeof *names->items);
    for (int i = 0; i < count && names->items; i++)
        names->items[i] = columns[i].name;
    return names->items ? 0 : -1;
}

/* The different labels of the table, or the names of its label columns. */
static int make_classes(struct dataset *d, const struct table *t, struct error *e) {
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

/* The label of each row; of several the first. */
static int label_rows(const struct dataset *d, const struct table *t, int *labels,
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
static int fill(struct dataset *d, int k, const struct subset *rows, const char *path,
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
static int place(struct dataset *d, int k, const struct table *t, double share, struct error *e) {
    struct arena a = {0};
    struct split all = {.count = t->rows, .values = t->value, .targets = t->target};
    struct subset rest, drawn;
    struct batch_counts counts = {.validation = (int)floor(share * t->rows + 0.5)};
    all.labels = arena_alloc(&a, (size_t)t->rows, sizeof *all.labels);
    int result = !all.labels ? error_memory(e, t->csv.path) : label_rows(d, t, all.labels, e);
    if (result == 0)
        result = batch_split(&all, NULL, d->classes.count, counts, TEST_SEED, &a, &rest, &drawn, e);
    if (result == 0)
        result = fill(d, k, &rest, t->csv.path, e);
    if (result == 0 && drawn.count > 0)
        result = fill(d, TEST, &drawn, t->csv.path, e);
    arena_free(&a);
    return result;
}

/* Shape, columns and classes, of the first table that is read. */
static int set_shape(struct dataset *d, const struct table *t, struct error *e) {
    if (names_of(t->values, t->nvalues, &d->columns, &d->arena) != 0)
        return error_memory(e, t->csv.path);
    d->height = d->channels = 1;
    d->width = t->nvalues;
    for (int k = 0; k < SPLITS; k++)
        d->split[k].several = t->target != NULL;
    return make_classes(d, t, e);
}

static int read_file(struct dataset *d, const struct config_data *from, struct error *e) {
    struct table t;
    int result = table_open(&t, from->path, from->label, &d->arena, e);
    if (result == 0)
        result = set_shape(d, &t, e) == 0 ? place(d, TRAIN, &t, from->test_share, e) : -1;
    table_free(&t);
    return result;
}

static int check_same_columns(const struct table *t, const struct strings *columns,
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

static int read_folder(struct dataset *d, const struct config_data *from, struct error *e) {
    char path[FILE_PATH];
    for (int k = 0; k < SPLITS; k++) {
        struct table t;
        if (!in_folder(from->path, k, path))
            continue;
        int result = table_open(&t, path, from->label, &d->arena, e);
        if (result == 0)
            result = d->columns.count == 0 ? set_shape(d, &t, e)
                                           : check_same_columns(&t, &d->columns, e);
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
    return is_file(from->path) ? read_file(d, from, e) : read_folder(d, from, e);
}
