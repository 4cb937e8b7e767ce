#include "data/tables/encoder.h"
#include "data/data_options.h"
#include "data/tables/cell.h"

#include <math.h>
#include <string.h>

/* Adds feature i, of this kind, to a source: to the last one if that is of the same column and can
 * have it. In the order of the features, a column's categories follow each other, and the feature
 * for its missing cells comes last. */
static int add(struct encoder *c, const char *column, enum feature_kind kind,
               const struct feature *f, int i, struct arena *a) {
    struct source *s = c->count > 0 ? &c->sources[c->count - 1] : NULL;
    bool follows =
        s && s->missing < 0 && strcmp(s->column, column) == 0 &&
        (kind == FEATURE_MISSING || (kind == FEATURE_CATEGORY && s->kind == FEATURE_CATEGORY));
    if (!follows) {
        s = &c->sources[c->count++];
        *s = (struct source){.column = column,
                             .kind = kind == FEATURE_MISSING ? FEATURE_CATEGORY : kind,
                             .at = i,
                             .missing = -1,
                             .fill = f ? (float)f->fill : 0};
    }
    if (kind == FEATURE_MISSING)
        s->missing = i;
    return kind != FEATURE_CATEGORY ||
                   dictionary_add(&s->texts, f->value, KEY_INT_MAX, a) == i - s->at
               ? 0
               : -1;
}

int encoder_make(struct encoder *c, const struct string_list *names, const struct specs *features,
                 int missing, const char *path, struct arena *a, struct error *e) {
    *c = (struct encoder){.features = names->count, .fills = missing == MISSING_MEAN};
    c->sources = arena_alloc(a, (size_t)names->count, sizeof *c->sources);
    if (!c->sources)
        return error_memory(e, path);
    for (int i = 0; i < names->count; i++) {
        const struct spec *s = features->count > 0 ? &features->items[i] : NULL;
        enum feature_kind kind =
            s ? (enum feature_kind)(s->type - features_kinds[0]) : FEATURE_NUMBER;
        const char *column = features_column(names, features, i);
        if (add(c, column, kind, s ? s->options : NULL, i, a) != 0)
            return error_input(
                e,
                "%s: has two categories of one text, or one of over %d bytes, in the column \"%s\"",
                path, DICTIONARY_MAX_TEXT, column);
    }
    return 0;
}

static int is_not(const char *cell, const char *what, struct error *why) {
    if (strlen(cell) <= 40)
        return error_input(why, "\"%s\" is not %s", cell, what);
    return error_input(why, "is not %s", what);
}

static int set_number(char *text, const struct cell *cell, float *x, struct error *why) {
    *x = cell_value(text, cell);
    return isfinite(*x) ? 0 : error_input(why, "%.40s is too large for a number of 32 bits", text);
}

void encoder_not_a_number(const char *cell, char mark, struct error *why) {
    char other = mark == ',' ? '.' : ',';
    if (cell_is_grouped(cell))
        error_input(why, "\"%.40s\" has a mark between thousands; save the file without such marks",
                    cell);
    else if (cell_read(cell, &other).kind == CELL_NUMBER)
        error_input(why, "\"%.40s\" is not a number: the decimal mark of this file is \"%c\"", cell,
                    mark ? mark : '.');
    else
        is_not(cell, "a number", why);
}

static int encode_missing(const struct encoder *c, const struct source *s, float *x,
                          struct error *why) {
    if (!c->fills)
        return error_input(why, "the cell is missing, which only a model trained with "
                                "data.missing=mean accepts");
    if (s->kind != FEATURE_CATEGORY)
        x[s->at] = s->fill;
    if (s->missing >= 0)
        x[s->missing] = 1;
    return 0;
}

static int encode(const struct encoder *c, struct source *s, char *text, char *mark, float *x,
                  struct error *why) {
    struct cell cell = cell_read(text, mark);
    if (cell.kind == CELL_MISSING)
        return encode_missing(c, s, x, why);
    if (s->kind == FEATURE_NUMBER) {
        if (cell.kind == CELL_NUMBER)
            return set_number(text, &cell, &x[s->at], why);
        encoder_not_a_number(text, *mark, why);
        return -1;
    }
    if (s->kind == FEATURE_BOOLEAN) {
        if (cell.kind != CELL_BOOLEAN)
            return is_not(text, "true, false, yes or no", why);
        x[s->at] = cell_value(text, &cell);
        return 0;
    }
    int i = dictionary_find(&s->texts, text);
    if (i >= 0)
        x[s->at + i] = 1;
    else
        s->unknown++;
    return 0;
}

int encoder_run(struct encoder *c, char *const *fields, char *mark, float *x, struct error *why) {
    memset(x, 0, (size_t)c->features * sizeof *x);
    for (int i = 0; i < c->count; i++) {
        struct source *s = &c->sources[i];
        if (encode(c, s, fields[s->field], mark, x, why) != 0)
            return i;
    }
    return -1;
}
