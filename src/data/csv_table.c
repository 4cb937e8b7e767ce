#include "data/csv_table.h"
#include "base/nearest.h"
#include "base/text.h"
#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

/* ---- the header ---- */

static const char *column_name(const void *list, int i) {
    const struct csv *c = list;
    return i < c->count ? c->fields[i] : NULL;
}

static int no_label(const struct csv *c, const char *label, struct error *e) {
    enum { SHOWN = 8 };
    const char *near = nearest_word(label, column_name, c);
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
static int find_labels(struct csv_table *t, const char *label, struct arena *a, struct error *e) {
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
static int find_values(struct csv_table *t, struct arena *a, struct error *e) {
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

static int read_header(struct csv_table *t, const char *label, struct arena *a, struct error *e) {
    struct csv *c = &t->csv;
    if (csv_header(c, e) != 0)
        return -1;
    struct string_list all = {c->count, (const char **)c->fields};
    return dataset_check_columns(&all, 1, c->count, 1, c->path, e) == 0 &&
                   find_labels(t, label, a, e) == 0
               ? find_values(t, a, e)
               : -1;
}

/* ---- the rows ---- */

static int read_targets(const struct csv_table *t, float *target, struct error *e) {
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

static int read_row(struct csv_table *t, struct error *e) {
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

int csv_table_open(struct csv_table *t, const char *path, const char *label, struct arena *a,
                   struct error *e) {
    int found;
    *t = (struct csv_table){0};
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

void csv_table_free(struct csv_table *t) {
    csv_close(&t->csv);
    free(t->value);
    free(t->target);
    free(t->label);
    free(t->lines);
    *t = (struct csv_table){0};
}
