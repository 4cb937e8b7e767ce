#include "data/tables/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- labels ---- */

/* The label of the current row: an index of classes. */
static int read_class(struct survey *s, struct columns *c, bool trained, int *label,
                      struct error *e) {
    const struct reader *r = &c->reader;
    int field = c->label_fields[0];
    const char *text = r->fields[field], *name = c->items[field].name;
    *label = trained ? dictionary_find(&s->classes, text)
                     : dictionary_add(&s->classes, text, DATASET_MAX_CLASSES, c->arena);
    if (*label >= 0)
        return 0;
    if (trained)
        return reader_refuse(r, field, name, e, "the label \"%.40s\" does not occur in training",
                             text);
    return reader_refuse(
        r, field, name, e,
        s->classes.count < DATASET_MAX_CLASSES
            ? "the label is longer than %d bytes"
            : "there are more than %d different labels; data.label names the column of the labels",
        s->classes.count < DATASET_MAX_CLASSES ? DICTIONARY_MAX_TEXT : DATASET_MAX_CLASSES);
}

/* The first label of the row whose cell is 1, or 0. */
static int read_labels(const struct columns *c, int *label, struct error *e) {
    *label = 0;
    for (int k = c->labels.count - 1; k >= 0; k--) {
        int field = c->label_fields[k];
        const char *cell = c->reader.fields[field];
        if (strcmp(cell, "0") != 0 && strcmp(cell, "1") != 0)
            return reader_refuse(&c->reader, field, c->labels.items[k], e,
                                 "\"%.40s\" is not 0 or 1", cell);
        *label = *cell == '1' ? k : *label;
    }
    return 0;
}

/* ---- cells ---- */

static void follow_order(struct column *k, const struct cell *n) {
    long long value =
        n->kind == CELL_NUMBER && n->exact && n->power == 0 ? (long long)n->digits : -1;
    bool first = k->cells[CELL_NUMBER] == 0;
    k->ascends = (first || (k->ascends && value > k->last)) && value >= 0 && !n->negative;
    k->numbers_rows = k->ascends && (first ? value <= 1 : k->numbers_rows && value == k->last + 1);
    k->last = value;
}

static void count_cells(const struct survey *s, struct columns *c) {
    struct reader *r = &c->reader;
    for (int i = 0; i < c->count; i++) {
        struct column *k = &c->items[i];
        if (!k->used)
            continue;
        struct cell cell = cell_read(r->fields[i], &r->mark);
        if (k->ascends || s->rows == 0)
            follow_order(k, &cell);
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

static int read_row(struct survey *s, struct columns *c, bool trained, int *label,
                    struct error *e) {
    *label = 0;
    if (columns_lacks_label(c) && s->unlabelled++ == 0)
        s->unlabelled_line = c->reader.line;
    else if ((c->labels.count > 1 ? read_labels(c, label, e)
                                  : read_class(s, c, trained, label, e)) != 0)
        return -1;
    if (!trained)
        count_cells(s, c);
    return 0;
}

/* Appends a label. The capacity grows by half, which bounds the memory that is not used. */
static int append(struct survey *s, int *capacity, int label, const char *path, struct error *e) {
    if (s->rows == KEY_INT_MAX)
        return error_input(e, "%s: has more than %d rows", path, KEY_INT_MAX);
    if (s->rows == *capacity) {
        int more = *capacity + *capacity / 2 + 1000;
        int *labels = realloc(s->labels, (size_t)more * sizeof *labels);
        if (!labels)
            return error_memory(e, path);
        s->labels = labels;
        *capacity = more;
    }
    s->labels[s->rows++] = label;
    return 0;
}

int survey_read(struct survey *s, struct columns *c, const struct data_options *from,
                struct error *e) {
    const char *path = c->reader.path;
    bool trained = from->expected != NULL;
    int found, label, capacity = 0;
    *s = (struct survey){0};
    c->drops = from->missing == MISSING_DROP;
    for (int i = 0; trained && c->labels.count == 1 && i < from->expected->classes.count; i++)
        if (dictionary_add(&s->classes, from->expected->classes.items[i], DATASET_MAX_CLASSES,
                           c->arena) != i)
            return error_memory(e, path);
    while ((found = columns_next(c, e)) > 0)
        if (read_row(s, c, trained, &label, e) != 0 || append(s, &capacity, label, path, e) != 0)
            return -1;
    if (found < 0)
        return -1;
    if (s->unlabelled > 0)
        return error_input(e,
                           "%s: line %ld, column %d (\"%s\"): the label is missing (in all, %d "
                           "row%s none); data.missing=drop leaves out such rows",
                           path, s->unlabelled_line, c->label_fields[0] + 1, c->labels.items[0],
                           s->unlabelled, s->unlabelled == 1 ? " has" : "s have");
    if (s->rows == 0)
        return error_input(e,
                           c->left_out > 0 ? "%s: has missing cells in every row"
                                           : "%s: has a header but no rows",
                           path);
    return 0;
}

void survey_free(struct survey *s) {
    free(s->labels);
    s->labels = NULL;
}

/* ---- in the training rows ---- */

static void measure(struct column *k, char *text, char *mark, struct arena *a) {
    struct cell cell = cell_read(text, mark);
    if (cell.kind == CELL_MISSING)
        k->missing++;
    else if (k->kind == FEATURE_CATEGORY)
        k->too_many |= dictionary_add(&k->texts, text, SURVEY_MAX_TEXTS, a) < 0;
    else {
        k->numbers++;
        k->sum += (double)cell_value(text, &cell);
    }
}

int survey_measure(const struct survey *s, struct columns *c, const struct data_options *from,
                   const char *drawn, struct error *e) {
    bool needed = from->missing == MISSING_MEAN;
    int found = 0;
    for (int i = 0; i < c->count; i++)
        needed |= c->items[i].used && c->items[i].kind == FEATURE_CATEGORY;
    if (!needed)
        return 0;
    if (columns_rewind(c, e) != 0)
        return -1;
    for (int row = 0; row < s->rows && (found = columns_next(c, e)) > 0; row++)
        for (int i = 0; i < c->count && !(drawn && drawn[row]); i++)
            if (c->items[i].used)
                measure(&c->items[i], c->reader.fields[i], &c->reader.mark, c->arena);
    return found < 0 ? -1 : 0;
}
