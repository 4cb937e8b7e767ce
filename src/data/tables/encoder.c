#include "data/tables/columns.h"

/* Adds feature i, of this kind, to its column. A column's categories are consecutive features, and
 * the feature for its missing cells comes last. */
static int add(struct column *k, enum feature_kind kind, const struct feature *f, int i,
               struct arena *a, struct error *e) {
    bool first = !k->used;
    if (first) {
        k->used = true;
        k->kind = kind == FEATURE_MISSING ? FEATURE_CATEGORY : kind;
        k->at = i;
        k->fill = f ? (float)f->fill : 0;
    }
    if (kind == FEATURE_CATEGORY)
        return k->kind == kind &&
                       dictionary_add(&k->texts, f->value, KEY_INT_MAX, a, e) == i - k->at
                   ? 0
                   : -1;
    if (kind != FEATURE_MISSING || k->missing_at >= 0)
        return first ? 0 : -1;
    k->missing_at = i;
    return 0;
}

int encoder_set(struct columns *c, const struct dataset *d, const char *path, struct error *e) {
    c->features = d->columns.count;
    for (int i = 0; i < c->count; i++) {
        c->items[i].used = false;
        c->items[i].missing_at = -1;
        c->items[i].texts = (struct dictionary){0};
    }
    for (int i = 0; i < c->features; i++) {
        const struct spec *s = d->features.count > 0 ? &d->features.items[i] : NULL;
        enum feature_kind kind =
            s ? (enum feature_kind)(s->type - features_kinds[0]) : FEATURE_NUMBER;
        const char *column = features_column(d, i);
        int at = dictionary_find(&c->names, column);
        if (at < 0 || add(&c->items[at], kind, s ? s->options : NULL, i, c->arena, e) != 0)
            return error_input(e,
                               "%s: two features of the column \"%s\" are the same, or a text has "
                               "more than %d bytes",
                               path, column, DICTIONARY_MAX_TEXT);
    }
    return 0;
}

static int is_not(const char *cell, const char *what, struct error *why) {
    if (strlen(cell) <= 40)
        return error_input(why, "\"%s\" is not %s", cell, what);
    return error_input(why, "is not %s", what);
}

int encoder_not_a_number(const char *cell, char mark, struct error *why) {
    if (!cell_is_dressed(cell))
        return is_not(cell, "a number", why);
    return error_input(why,
                       "\"%.40s\" is not a number here; write numbers without units or thousands "
                       "separators, and with \"%c\" as the decimal mark",
                       cell, mark ? mark : '.');
}

static int encode_missing(const struct columns *c, const struct column *k, float *x,
                          struct error *why) {
    if (c->from->missing != MISSING_MEAN)
        return error_input(why, "the cell is missing; fill it, or train with data.missing=mean");
    if (k->kind != FEATURE_CATEGORY)
        x[k->at] = k->fill;
    if (k->missing_at >= 0)
        x[k->missing_at] = 1;
    return 0;
}

static int encode(const struct columns *c, struct column *k, const char *text, char *mark, float *x,
                  struct error *why) {
    struct cell cell = cell_read(text, mark);
    if (cell.kind == CELL_MISSING)
        return encode_missing(c, k, x, why);
    if (k->kind == FEATURE_CATEGORY) {
        int i = dictionary_find(&k->texts, text);
        k->unknown += i < 0;
        if (i >= 0)
            x[k->at + i] = 1;
        return 0;
    }
    x[k->at] = cell.value;
    if (k->kind == FEATURE_BOOLEAN)
        return cell.kind == CELL_BOOLEAN ? 0 : is_not(text, "true, false, yes or no", why);
    if (cell.kind != CELL_NUMBER)
        return encoder_not_a_number(text, *mark, why);
    return isfinite(cell.value) ? 0 : error_input(why, "%.40s is too large for 32 bits", text);
}

int encoder_run(struct columns *c, float *x, struct error *e) {
    struct reader *r = &c->reader;
    struct error why;
    why.status = ERROR_NONE; /* the text need not be cleared in every row */
    memset(x, 0, (size_t)c->features * sizeof *x);
    for (int i = 0; i < c->count; i++) {
        struct column *k = &c->items[i];
        if (!k->used || encode(c, k, r->fields[i], &r->mark, x, &why) == 0)
            continue;
        (void)error_advise(&why, "correct it");
        return r->gzip.file
                   ? reader_refuse(r, r->line, i, k->name, e, "%s", why.text)
                   : error_input(e, "%s: the column \"%s\": %s", r->path, k->name, why.text);
    }
    return 0;
}
