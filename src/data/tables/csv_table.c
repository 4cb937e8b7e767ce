#include "data/tables/csv_table.h"
#include "base/nearest.h"
#include "base/text.h"
#include "data/names.h"

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

/* Finds the columns that `label` names: one, whose name may contain commas, or several. */
static int find_labels(struct csv_table *t, const char *label, struct arena *a, struct error *e) {
    char *names = arena_string(a, label), *next;
    if (!names)
        return error_memory(e, t->csv.path);
    bool one = find(&t->csv, label) >= 0;
    for (char *name = names; name; name = next) {
        next = one ? NULL : strchr(name, ',');
        if (next)
            *next++ = '\0';
        int field = find(&t->csv, name);
        if (field < 0)
            return no_label(&t->csv, name, e);
        if (t->label_of[field] >= 0)
            return error_input(e, "%s: \"data.label\" names the column \"%s\" twice", t->csv.path,
                               name);
        t->label_of[field] = t->labels.count;
        t->labels.items[t->labels.count++] = name;
    }
    return 0;
}

static int read_header(struct csv_table *t, const char *label, struct arena *a, struct error *e) {
    struct csv *c = &t->csv;
    if (csv_header(c, e) != 0)
        return -1;
    struct string_list all = {c->count, (const char **)c->fields};
    if (names_check(&all, "column", "columns", c->path, e) != 0)
        return -1;
    size_t n = (size_t)c->count;
    t->labels.items = arena_alloc(a, n, sizeof *t->labels.items);
    t->values.items = arena_alloc(a, n, sizeof *t->values.items);
    t->label_of = arena_alloc(a, n, sizeof *t->label_of);
    if (!t->labels.items || !t->values.items || !t->label_of)
        return error_memory(e, c->path);
    for (int i = 0; i < c->count; i++)
        t->label_of[i] = -1;
    if (find_labels(t, label, a, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        if (t->label_of[i] < 0 &&
            !(t->values.items[t->values.count++] = arena_string(a, c->fields[i])))
            return error_memory(e, c->path);
    return t->values.count > 0 ? 0 : error_input(e, "%s: has only label columns", c->path);
}

/* ---- the rows ---- */

/* Takes label k of the current row from this field. */
static int take_label(struct csv_table *t, int field, int k, struct error *e) {
    const struct csv *c = &t->csv;
    const char *cell = c->fields[field];
    size_t row = (size_t)t->rows, labels = (size_t)t->labels.count;
    if (k == 0 && !*cell)
        return error_input(e, "%s: line %d, column %d: the label is empty", c->path, c->line,
                           field + 1);
    if (k == 0)
        t->label[row] = cell;
    if (!t->target)
        return 0;
    if (strcmp(cell, "0") != 0 && strcmp(cell, "1") != 0)
        return error_input(e, "%s: line %d, column %d (\"%s\"): \"%.40s\" is not 0 or 1", c->path,
                           c->line, field + 1, t->labels.items[k], cell);
    t->target[row * labels + (size_t)k] = *cell == '1';
    return 0;
}

static int read_row(struct csv_table *t, struct error *e) {
    const struct csv *c = &t->csv;
    float *value = t->value + (size_t)t->rows * (size_t)t->values.count;
    int fields = t->labels.count + t->values.count;
    if (c->count != fields)
        return error_input(e, "%s: line %d: has %d field%s, but the header has %d", c->path,
                           c->line, c->count, c->count == 1 ? "" : "s", fields);
    for (int i = 0, n = 0; i < fields; i++) {
        int k = t->label_of[i];
        if (k >= 0 ? take_label(t, i, k, e) != 0
                   : csv_number(c, i, t->values.items[n], &value[n], e) != 0)
            return -1;
        n += k < 0;
    }
    t->line[t->rows++] = c->line;
    return 0;
}

int csv_table_read(struct csv_table *t, const char *path, const char *label, struct arena *a,
                   struct error *e) {
    int found;
    *t = (struct csv_table){0};
    if (csv_open(&t->csv, path, e) != 0 || read_header(t, label, a, e) != 0)
        return -1;
    /* A field and the comma or line end after it take at least one byte, so the file's size bounds
     * the memory. */
    size_t max_rows = t->csv.size / (size_t)t->csv.count + 1;
    size_t labels = (size_t)t->labels.count, values = (size_t)t->values.count;
    if (max_rows > KEY_INT_MAX)
        return error_input(e, "%s: has too many rows", path);
    t->value = calloc(max_rows * values, sizeof *t->value);
    t->label = calloc(max_rows, sizeof *t->label);
    t->line = calloc(max_rows, sizeof *t->line);
    t->target = labels > 1 ? calloc(max_rows * labels, sizeof *t->target) : NULL;
    if (!t->value || !t->label || !t->line || (labels > 1 && !t->target))
        return error_memory(e, path);
    while ((found = csv_row(&t->csv, e)) > 0)
        if (read_row(t, e) != 0)
            return -1;
    if (found == 0 && t->rows == 0)
        return error_input(e, "%s: has a header but no rows", path);
    return found;
}

void csv_table_free(struct csv_table *t) {
    csv_close(&t->csv);
    free(t->value);
    free(t->target);
    free(t->label);
    free(t->line);
    *t = (struct csv_table){0};
}
