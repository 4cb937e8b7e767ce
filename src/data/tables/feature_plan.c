#include "data/tables/feature_plan.h"
#include "data/names.h"
#include "data/tables/listing.h"

/* ---- checks ---- */

/* Refuses the listed columns, if any. */
static int refuse(struct listing *l, const char *path, const struct data_options *from,
                  const char *what, struct error *e) {
    struct listing ignored = {0};
    for (int i = 0; i < from->ignore.count; i++)
        listing_add(&ignored, from->ignore.items[i], -1);
    if (l->count > 0)
        error_input(e, "%s: %s in %s; to leave out such columns, add 'data.ignore=[%s%s%s]'", path,
                    what, listing_names(l), ignored.count > 0 ? ignored.json.data : "",
                    ignored.count > 0 ? ", " : "", l->json.data);
    int result = l->count > 0 ? -1 : 0;
    listing_free(l);
    listing_free(&ignored);
    return result;
}

/* Counts the features. */
static int check(const struct survey *s, const struct columns *c, const struct data_options *from,
                 int *features, struct error *e) {
    struct listing full = {0}, empty = {0};
    const char *path = c->reader.path;
    long long count = 0;
    for (int i = 0; i < c->count; i++) {
        const struct tally *t = &s->tallies[i];
        bool category = t->kind == FEATURE_CATEGORY;
        if (!c->items[i].used)
            continue;
        if (t->too_many)
            listing_add(&full, c->items[i].name, -1);
        if (from->missing == MISSING_MEAN && (category ? t->texts.count : t->numbers) == 0)
            listing_add(&empty, c->items[i].name, -1);
        count += (category ? t->texts.count : 1) + (t->missing > 0);
    }
    *features = (int)count;
    int wrong = refuse(&full, path, from, "has more than 100 different texts", e);
    if (refuse(&empty, path, from, "has only missing cells", e) != 0 || wrong != 0)
        return -1;
    return count <= READER_MAX_COLUMNS
               ? 0
               : error_input(
                     e,
                     "%s: its columns become %lld features, more than %d; leave out columns "
                     "of texts with data.ignore",
                     path, count, READER_MAX_COLUMNS);
}

/* ---- the features ---- */

static int add_feature(struct dataset *d, enum feature_kind kind, struct feature f,
                       struct error *e) {
    struct text name = {0};
    int i = d->columns.count;
    struct feature *options = arena_alloc(&d->arena, 1, sizeof *options);
    text_printf(&name, "%s%s%s", f.column,
                kind == FEATURE_CATEGORY  ? "="
                : kind == FEATURE_MISSING ? " missing"
                                          : "",
                kind == FEATURE_CATEGORY ? f.value : "");
    d->columns.items[i] = name.failed ? NULL : arena_string(&d->arena, name.data);
    text_free(&name);
    if (!options || !d->columns.items[i])
        return error_memory(e, "the features");
    *options = f;
    d->features.items[i] = (struct spec){features_kinds[kind], options};
    d->features.count = ++d->columns.count;
    return 0;
}

static int add_column(struct dataset *d, const struct tally *t, const char *name,
                      const struct data_options *from, struct error *e) {
    struct feature f = {.column = name};
    bool category = t->kind == FEATURE_CATEGORY;
    if (category)
        names_sort(&(struct string_list){t->texts.count, t->texts.items});
    else if (from->missing == MISSING_MEAN)
        f.fill = t->sum / t->numbers;
    for (int i = 0; i < (category ? t->texts.count : 1); i++) {
        f.value = category ? t->texts.items[i] : NULL;
        if (add_feature(d, t->kind, f, e) != 0)
            return -1;
    }
    return t->missing > 0 ? add_feature(d, FEATURE_MISSING, (struct feature){.column = name}, e)
                          : 0;
}

/* ---- the whole ---- */

static int add_notes(struct dataset *d, const struct survey *s, const struct columns *c,
                     struct error *e) {
    struct listing texts = {0}, missing = {0};
    for (int i = 0; i < c->count; i++) {
        const struct tally *t = &s->tallies[i];
        if (c->items[i].used && t->kind == FEATURE_CATEGORY)
            listing_add(&texts, c->items[i].name, t->texts.count);
        if (c->items[i].used && t->missing > 0)
            listing_add(&missing, c->items[i].name, t->missing);
    }
    int result = listing_note(&texts, d, "texts become columns of 0 and 1", e);
    if (result == 0)
        result = listing_note(&missing, d,
                              "missing cells become the mean, and 1 in a column of their own", e);
    listing_free(&texts);
    listing_free(&missing);
    return result;
}

static bool is_plain(const struct specs *features) {
    for (int i = 0; i < features->count; i++)
        if (features->items[i].type != features_kinds[FEATURE_NUMBER] ||
            ((const struct feature *)features->items[i].options)->fill != 0)
            return false;
    return true;
}

int feature_plan_make(struct dataset *d, struct survey *s, const struct columns *c,
                      const struct data_options *from, struct error *e) {
    int count = 0;
    if (check(s, c, from, &count, e) != 0)
        return -1;
    d->columns.items = arena_alloc(&d->arena, (size_t)count, sizeof *d->columns.items);
    d->features.items = arena_alloc(&d->arena, (size_t)count, sizeof *d->features.items);
    if (!d->columns.items || !d->features.items)
        return error_memory(e, c->reader.path);
    for (int i = 0; i < c->count; i++)
        if (c->items[i].used && add_column(d, &s->tallies[i], c->items[i].name, from, e) != 0)
            return -1;
    if (is_plain(&d->features))
        d->features.count = 0;
    d->height = d->channels = 1;
    d->width = d->columns.count;
    return add_notes(d, s, c, e);
}
