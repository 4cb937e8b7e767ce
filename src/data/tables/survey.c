#include "data/tables/columns.h"
#include "json/json.h"

#include <strings.h>

/* ---- labels ---- */

/* The label of the current row: an index of classes, or -1. */
static int read_class(struct columns *c, struct error *e) {
    const struct reader *r = &c->reader;
    int field = c->label_fields[0];
    const char *text = names_escape(r->fields[field], c->arena), *name = c->items[field].name;
    if (!text)
        return error_memory(e, r->path);
    int label = c->from->expected
                    ? dictionary_find(&c->classes, text)
                    : dictionary_add(&c->classes, text, DATASET_MAX_CLASSES, c->arena, e);
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
    const struct string_list *classes = &c->classes.list;
    bool fractions = false;
    for (int i = 0; i < classes->count; i++) {
        char mark = c->reader.mark;
        struct cell cell = cell_read(classes->items[i], &mark);
        if (cell.kind != CELL_NUMBER)
            return 0;
        fractions |= cell.value != floorf(cell.value);
    }
    if (!fractions || classes->count <= 2 || 2 * classes->count <= c->rows)
        return 0;
    return error_input(e,
                       "%s: column \"%s\" has %d different numbers, which are no classes; set "
                       "data.label to the column of the labels",
                       c->reader.path, c->labels.items[0], classes->count);
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
        return reader_refuse(&c->reader, c->reader.line, field, c->items[field].name, e,
                             "has no label; data.missing=drop or mean leaves out such rows");
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
        if (cell.kind == CELL_MISSING && !c->missing_line) {
            c->missing_line = r->line;
            c->missing_column = i;
        }
        if ((cell.kind == CELL_TEXT || cell.kind == CELL_BOOLEAN) && !k->odd_line) {
            k->odd_line = r->line;
            snprintf(k->odd, sizeof k->odd, "%s", r->fields[i]);
        }
    }
}

/* ---- what each column is ---- */

/* "id" or "index" in any case, or a name that ends in "Id", "ID" or "_id", but not "humid". */
static bool names_an_id(const char *name) {
    size_t length = strlen(name);
    const char *end = length > 2 ? name + length - 2 : name;
    return strcasecmp(name, "id") == 0 || strcasecmp(name, "index") == 0 ||
           (length > 2 && (strcmp(end, "Id") == 0 || strcmp(end, "ID") == 0 ||
                           (strcmp(end, "id") == 0 && strchr("_- .", end[-1]))));
}

static int leave_out(struct columns *c, struct error *e) {
    int used = 0;
    for (int i = 0; i < c->count; i++) {
        struct column *k = &c->items[i];
        bool leave = k->used && !k->chosen && c->rows > 1 && names_an_id(k->name) && k->whole &&
                     k->max - k->min >= c->rows - 1;
        k->used = k->used && !leave;
        k->left_out = leave || (k->nameless && !k->used && k->label < 0);
        used += k->used;
    }
    if (used > 0)
        return 0;
    return error_input(e,
                       "%s: has no columns to train on but row numbers: %s; to use them, list them "
                       "in data.columns",
                       c->reader.path, notes_list(c, LIST_LEFT_OUT));
}

/* Decides what column i is, or refuses its first cell that is not a number. */
static int decide(struct columns *c, int i, struct error *e) {
    struct column *k = &c->items[i];
    int numbers = k->cells[CELL_NUMBER], booleans = k->cells[CELL_BOOLEAN];
    int odd = booleans + k->cells[CELL_TEXT];
    bool dressed = odd > 0 && cell_is_dressed(k->odd);
    struct error why = {0};
    if (dressed || (odd > 0 && numbers / 9 >= odd)) {
        (void)encoder_not_a_number(k->odd, c->reader.mark, &why);
        if (dressed)
            return reader_refuse(&c->reader, k->odd_line, i, k->name, e, "%s", why.text);
        return reader_refuse(&c->reader, k->odd_line, i, k->name, e,
                             "%s, but %d other cells of the column are numbers; correct it, or "
                             "leave out the column with data.ignore",
                             why.text, numbers);
    }
    k->kind = odd == 0                          ? FEATURE_NUMBER
              : numbers == 0 && odd == booleans ? FEATURE_BOOLEAN
                                                : FEATURE_CATEGORY;
    return 0;
}

static int decide_all(struct columns *c, struct error *e) {
    if (leave_out(c, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        if (c->items[i].used && decide(c, i, e) != 0)
            return -1;
    if (c->from->missing != MISSING_REFUSE || !c->missing_line)
        return 0;
    return reader_refuse(&c->reader, c->missing_line, c->missing_column,
                         c->items[c->missing_column].name, e,
                         "the cell is missing; missing cells by column: %s; data.missing=drop "
                         "leaves out such rows, data.missing=mean fills the cells",
                         notes_list(c, LIST_MISSING));
}

/* ---- rows ---- */

int survey_read(struct columns *c, struct error *e) {
    const struct dataset *x = c->from->expected;
    struct text labels = {0}; /* of ints */
    int found = 0, label = 0;
    for (int i = 0; x && c->labels.count == 1 && i < x->classes.count; i++)
        if (dictionary_add(&c->classes, x->classes.items[i], DATASET_MAX_CLASSES, c->arena, e) != i)
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
    if (label < 0 || found < 0)
        return -1;
    if (c->rows == 0)
        return error_input(e,
                           c->left_out == 0
                               ? "%s: has a header but no rows; add some"
                               : "%s: lacks a cell or the label in every row; leave out columns "
                                 "with data.ignore, or set data.missing=mean",
                           c->reader.path);
    if (x)
        return 0;
    return c->labels.count == 1 && check_labels(c, e) != 0 ? -1 : decide_all(c, e);
}

/* ---- in the training rows ---- */

static void measure(struct column *k, const char *text, char *mark, struct arena *a,
                    struct error *e) {
    struct cell cell = cell_read(text, mark);
    k->missing += cell.kind == CELL_MISSING;
    k->filled += cell.kind != CELL_MISSING;
    if (cell.kind != CELL_MISSING && k->kind == FEATURE_CATEGORY)
        k->too_many |= dictionary_add(&k->texts, text, SURVEY_MAX_TEXTS, a, e) < 0;
    else
        k->sum += cell.kind == CELL_MISSING ? 0 : (double)cell.value;
}

/* Finds texts, means and missing cells of the training rows: all rows except those drawn for the
 * test set, or all if all were drawn. */
static int measure_all(struct columns *c, struct error *e) {
    const char *drawn = c->ndrawn < c->rows ? c->drawn : NULL;
    bool needed = c->from->missing == MISSING_MEAN;
    for (int i = 0; i < c->count; i++)
        needed |= c->items[i].used && c->items[i].kind == FEATURE_CATEGORY;
    if (!needed)
        return 0;
    if (columns_rewind(c, e) != 0)
        return -1;
    for (int row = 0; row < c->rows && columns_next(c, e) > 0; row++)
        for (int i = 0; i < c->count && !(drawn && drawn[row]); i++)
            if (c->items[i].used)
                measure(&c->items[i], c->reader.fields[i], &c->reader.mark, c->arena, e);
    return e->status ? -1 : 0;
}

/* ---- features ---- */

/* Refuses the listed columns, if any. */
static int refuse(const struct columns *c, enum listed which, const char *what, struct error *e) {
    const struct string_list *ignored = &c->from->ignore;
    const char *list = notes_list(c, which);
    SCOPED(text) names = {0};
    struct json j = {.out = &names};
    if (!*list)
        return 0;
    for (int i = 0; i < ignored->count; i++)
        json_string(&j, NULL, ignored->items[i]);
    for (int i = 0; i < c->count; i++)
        if (notes_number(&c->items[i], which) != 0)
            json_string(&j, NULL, c->items[i].name);
    return error_input(e, "%s: %s in %s; to leave out such columns, add 'data.ignore=[%s]'",
                       c->reader.path, what, list, names.data ? names.data : "?");
}

static int add_feature(struct dataset *d, enum feature_kind kind, struct feature f,
                       const char *path, struct error *e) {
    if (d->columns.count == READER_MAX_COLUMNS)
        return error_input(e,
                           "%s: has more than %d features; leave out columns of texts with "
                           "data.ignore",
                           path, READER_MAX_COLUMNS);
    struct feature *options = arena_alloc(&d->arena, 1, sizeof *options);
    const char *value = f.value ? names_escape(f.value, &d->arena) : "";
    const char *join = kind == FEATURE_CATEGORY ? "=" : kind == FEATURE_MISSING ? " missing" : "";
    const char *name = arena_printf(&d->arena, "%s%s%s", f.column, join, value ? value : "");
    if (!options || !value || !name)
        return error_memory(e, path);
    *options = f;
    d->features.items[d->features.count++] = (struct spec){features_kinds[kind], options};
    d->columns.items[d->columns.count++] = name;
    return 0;
}

static int add_column(struct dataset *d, const struct columns *c, const struct column *k,
                      struct error *e) {
    struct feature f = {.column = k->name};
    const char *path = c->reader.path;
    bool category = k->kind == FEATURE_CATEGORY;
    if (category)
        names_sort(&k->texts.list);
    else if (c->from->missing == MISSING_MEAN)
        f.fill = k->sum / k->filled;
    for (int i = 0; i < (category ? k->texts.list.count : 1); i++) {
        f.value = category ? k->texts.list.items[i] : NULL;
        if (add_feature(d, k->kind, f, path, e) != 0)
            return -1;
    }
    f = (struct feature){.column = k->name};
    return k->missing > 0 ? add_feature(d, FEATURE_MISSING, f, path, e) : 0;
}

int survey_features(struct dataset *d, struct columns *c, struct error *e) {
    const char *many = "has more than 100 different texts, or one in nearly every row,";
    bool plain = true; /* each feature is the number in the column of its name */
    d->columns.items = arena_alloc(&d->arena, READER_MAX_COLUMNS, sizeof *d->columns.items);
    d->features.items = arena_alloc(&d->arena, READER_MAX_COLUMNS, sizeof *d->features.items);
    if (!d->columns.items || !d->features.items)
        return error_memory(e, c->reader.path);
    if (measure_all(c, e) != 0 || refuse(c, LIST_TOO_MANY, many, e) != 0 ||
        (c->from->missing == MISSING_MEAN && refuse(c, LIST_EMPTY, "has only missing cells", e)))
        return -1;
    for (int i = 0; i < c->count; i++)
        if (c->items[i].used && add_column(d, c, &c->items[i], e) != 0)
            return -1;
    for (int i = 0; i < d->features.count; i++) {
        const struct feature *f = d->features.items[i].options;
        plain &= d->features.items[i].type == features_kinds[FEATURE_NUMBER] && f->fill == 0;
    }
    if (plain)
        d->features.count = 0;
    return encoder_set(c, d, c->reader.path, e);
}
