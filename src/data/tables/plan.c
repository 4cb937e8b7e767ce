#include "data/tables/columns.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/* Refuses missing cells. */
static int check_missing(const struct columns *c, struct error *e) {
    int first = -1;
    for (int i = 0; i < c->count; i++) {
        long line = c->items[i].missing_line;
        if (c->items[i].used && line > 0 && (first < 0 || line < c->items[first].missing_line))
            first = i;
    }
    if (first < 0)
        return 0;
    return reader_refuse(&c->reader, c->items[first].missing_line, first, c->items[first].name, e,
                         "the cell is missing; missing cells by column: %s; data.missing=drop "
                         "leaves out such rows, data.missing=mean fills the cells",
                         notes_list(c, LIST_MISSING));
}

int plan_kinds(struct columns *c, struct error *e) {
    if (leave_out(c, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        if (c->items[i].used && decide(c, i, e) != 0)
            return -1;
    return c->from->missing == MISSING_REFUSE ? check_missing(c, e) : 0;
}

/* ---- features ---- */

/* Refuses the listed columns, if any. */
static int refuse(const struct columns *c, enum listed which, const char *what, struct error *e) {
    const struct string_list *ignored = &c->from->ignore;
    const char *list = notes_list(c, which);
    struct text names = {0};
    struct json j = {.out = &names};
    if (!*list)
        return 0;
    for (int i = 0; i < ignored->count; i++)
        json_string(&j, NULL, ignored->items[i]);
    for (int i = 0; i < c->count; i++)
        if (notes_number(&c->items[i], which) != 0)
            json_string(&j, NULL, c->items[i].name);
    error_input(e, "%s: %s in %s; to leave out such columns, add 'data.ignore=[%s]'",
                c->reader.path, what, list, names.data ? names.data : "?");
    text_free(&names);
    return -1;
}

static int check(const struct columns *c, struct error *e) {
    if (refuse(c, LIST_TOO_MANY, "has more than 100 different texts, or one in nearly every row,",
               e) != 0)
        return -1;
    return c->from->missing == MISSING_MEAN ? refuse(c, LIST_EMPTY, "has only missing cells", e)
                                            : 0;
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
    const char *name =
        kind == FEATURE_CATEGORY && value
            ? arena_printf(&d->arena, "%s=%s", f.column, value)
            : arena_printf(&d->arena, "%s%s", f.column, kind == FEATURE_MISSING ? " missing" : "");
    if (!options || !name)
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
        names_sort(&(struct string_list){k->texts.count, k->texts.items});
    else if (c->from->missing == MISSING_MEAN)
        f.fill = k->sum / k->filled;
    for (int i = 0; i < (category ? k->texts.count : 1); i++) {
        f.value = category ? k->texts.items[i] : NULL;
        if (add_feature(d, k->kind, f, path, e) != 0)
            return -1;
    }
    f = (struct feature){.column = k->name};
    return k->missing > 0 ? add_feature(d, FEATURE_MISSING, f, path, e) : 0;
}

/* Whether each feature is the number in the column of its name. */
static bool is_plain(const struct specs *features) {
    for (int i = 0; i < features->count; i++)
        if (features->items[i].type != features_kinds[FEATURE_NUMBER] ||
            ((const struct feature *)features->items[i].options)->fill != 0)
            return false;
    return true;
}

int plan_features(struct dataset *d, struct columns *c, struct error *e) {
    d->columns.items = arena_alloc(&d->arena, READER_MAX_COLUMNS, sizeof *d->columns.items);
    d->features.items = arena_alloc(&d->arena, READER_MAX_COLUMNS, sizeof *d->features.items);
    if (!d->columns.items || !d->features.items)
        return error_memory(e, c->reader.path);
    if (check(c, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        if (c->items[i].used && add_column(d, c, &c->items[i], e) != 0)
            return -1;
    if (is_plain(&d->features))
        d->features.count = 0;
    d->height = d->channels = 1;
    d->width = d->columns.count;
    return encoder_set(c, &d->columns, &d->features, c->reader.path, e);
}
