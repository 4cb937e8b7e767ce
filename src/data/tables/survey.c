#include "data/tables/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- labels ---- */

/* The label of the current row: an index of classes, or -1. */
static int read_class(struct columns *c, struct error *e) {
    const struct reader *r = &c->reader;
    int field = c->label_fields[0];
    const char *text = r->fields[field], *name = c->items[field].name;
    int label = dictionary_find(&c->classes, text);
    if (label >= 0)
        return label;
    if (!(text = names_escape(text, c->arena)))
        return error_memory(e, r->path);
    label = c->from->expected ? dictionary_find(&c->classes, text)
                              : dictionary_add(&c->classes, text, DATASET_MAX_CLASSES, c->arena);
    if (label >= 0)
        return label;
    if (c->from->expected)
        return reader_refuse(r, r->line, field, name, e,
                             "the label \"%.40s\" does not occur in training; remove the row",
                             text);
    return reader_refuse(r, r->line, field, name, e,
                         "there are more than %d different labels, or this one has more than %d "
                         "bytes; set data.label to the column of the labels",
                         DATASET_MAX_CLASSES, DICTIONARY_MAX_TEXT);
}

/* Refuses labels that are measurements: numbers, at least one of them fractional, and more than
 * half of them different. */
static int check_labels(const struct columns *c, struct error *e) {
    const struct dictionary *classes = &c->classes;
    bool fractions = false;
    for (int i = 0; i < classes->count; i++) {
        char mark = c->reader.mark;
        struct cell cell = cell_read(classes->items[i], &mark);
        if (cell.kind != CELL_NUMBER)
            return 0;
        fractions |= cell.value != floorf(cell.value);
    }
    return fractions && classes->count > 2 && 2 * classes->count > c->rows
               ? error_input(
                     e,
                     "%s: column \"%s\" has %d different numbers, which are no classes; set "
                     "data.label to the column of the labels",
                     c->reader.path, c->labels.items[0], classes->count)
               : 0;
}

/* The first label of the row whose cell is 1, or 0; or -1. */
static int read_labels(const struct columns *c, struct error *e) {
    int label = 0;
    for (int k = c->labels.count - 1; k >= 0; k--) {
        int field = c->label_fields[k];
        const char *cell = c->reader.fields[field];
        if (strcmp(cell, "0") != 0 && strcmp(cell, "1") != 0)
            return reader_refuse(&c->reader, c->reader.line, field, c->labels.items[k], e,
                                 "\"%.40s\" is not 0 or 1, as labels in several columns must be",
                                 cell);
        label = *cell == '1' ? k : label;
    }
    return label;
}

static int read_label(struct columns *c, struct error *e) {
    int field = c->label_fields[0];
    if (!*c->reader.fields[field])
        return reader_refuse(
            &c->reader, c->reader.line, field, c->items[field].name, e,
            "the label is missing; data.missing=drop or mean leaves out such rows");
    return c->labels.count > 1 ? read_labels(c, e) : read_class(c, e);
}

/* ---- cells ---- */

/* Measures whether a column may number the rows. */
static void measure_range(struct column *k, const char *text, const struct cell *cell, int row) {
    double value = cell->kind == CELL_NUMBER ? (double)cell->value : -1;
    if (value >= 1 << 24) /* a float cannot hold every larger whole number */
        value = strtod(text, NULL);
    k->whole = value >= 0 && value == floor(value);
    if (row == 0) {
        k->min = k->max = value;
        k->counts_rows = value <= 1;
    }
    k->min = value < k->min ? value : k->min;
    k->max = value > k->max ? value : k->max;
    k->counts_rows = k->counts_rows && k->whole && value == k->min + row;
}

static void count_cells(struct columns *c) {
    struct reader *r = &c->reader;
    for (int i = 0; i < c->count; i++) {
        struct column *k = &c->items[i];
        if (!k->used)
            continue;
        struct cell cell = cell_read(r->fields[i], &r->mark);
        if (k->whole || c->rows == 0)
            measure_range(k, r->fields[i], &cell, c->rows);
        k->cells[cell.kind]++;
        if (cell.kind == CELL_MISSING && !k->missing_line)
            k->missing_line = r->line;
        if ((cell.kind == CELL_TEXT || cell.kind == CELL_BOOLEAN) && !k->odd_line) {
            k->odd_line = r->line;
            snprintf(k->odd, sizeof k->odd, "%s", r->fields[i]);
        }
    }
}

/* ---- rows ---- */

int survey_read(struct columns *c, struct error *e) {
    const struct data_expected *x = c->from->expected;
    struct text labels = {0}; /* of ints */
    int found = 0, label = 0;
    c->drops = c->from->missing;
    for (int i = 0; x && c->labels.count == 1 && i < x->classes.count; i++)
        if (dictionary_add(&c->classes, x->classes.items[i], DATASET_MAX_CLASSES, c->arena) != i)
            return error_memory(e, c->reader.path);
    while (label >= 0 && !labels.failed && (found = columns_next(c, e)) > 0) {
        label = c->rows < KEY_INT_MAX
                    ? read_label(c, e)
                    : error_input(e, "%s: has more than %d rows", c->reader.path, KEY_INT_MAX);
        if (!x)
            count_cells(c);
        text_add(&labels, &label, sizeof label);
        c->rows++;
    }
    c->row_labels = (void *)labels.data;
    if (labels.failed)
        return error_memory(e, c->reader.path);
    if (label < 0)
        return -1;
    if (found == 0 && c->rows == 0)
        return error_input(e,
                           c->left_out > 0
                               ? "%s: lacks a cell or the label in every row; leave out "
                                 "columns with data.ignore, or set data.missing=mean"
                               : "%s: has a header but no rows; add some",
                           c->reader.path);
    return found < 0 || x || c->labels.count > 1 ? found : check_labels(c, e);
}

/* ---- in the training rows ---- */

static void measure(struct column *k, const char *text, char *mark, struct arena *a) {
    struct cell cell = cell_read(text, mark);
    k->missing += cell.kind == CELL_MISSING;
    k->filled += cell.kind != CELL_MISSING;
    if (cell.kind != CELL_MISSING && k->kind == FEATURE_CATEGORY)
        k->too_many |= dictionary_add(&k->texts, text, SURVEY_MAX_TEXTS, a) < 0;
    else
        k->sum += (double)cell.value; /* 0 if missing */
}

int survey_measure(struct columns *c, struct error *e) {
    const char *drawn = c->ndrawn < c->rows ? c->drawn : NULL;
    bool needed = c->from->missing == MISSING_MEAN;
    int found = 0;
    for (int i = 0; i < c->count; i++)
        needed |= c->items[i].used && c->items[i].kind == FEATURE_CATEGORY;
    if (!needed)
        return 0;
    if (columns_rewind(c, e) != 0)
        return -1;
    for (int row = 0; row < c->rows && (found = columns_next(c, e)) > 0; row++)
        for (int i = 0; i < c->count && !(drawn && drawn[row]); i++)
            if (c->items[i].used)
                measure(&c->items[i], c->reader.fields[i], &c->reader.mark, c->arena);
    return found < 0 ? -1 : 0;
}
