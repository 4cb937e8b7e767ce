#include "data/tables/table_notes.h"
#include "data/tables/listing.h"

#include <math.h>
#include <string.h>

enum { VERY_DIFFERENT = 100 };

/* Columns that neither the model nor the labels use. */
static int note_extra(struct dataset *d, const struct columns *c, struct error *e) {
    struct listing extra = {0};
    for (int i = 0; i < c->count; i++)
        if (!c->items[i].used && c->items[i].label < 0)
            listing_add(&extra, c->items[i].name, -1);
    int result = listing_note(&extra, d, "not used by the model", e);
    listing_free(&extra);
    return result;
}

int table_notes_file(struct dataset *d, const struct columns *c, bool trained, struct error *e) {
    const struct reader *r = &c->reader;
    const char *divider = r->divider == ';' ? "semicolons" : r->divider == '\t' ? "tabs" : "blanks";
    if ((r->divider != ',' && dataset_note(d, e, "columns divided by %s%s", divider,
                                           r->mark == ',' ? ", decimal commas" : "") != 0) ||
        (!c->header &&
         dataset_note(d, e, "no header: the columns are c0 to c%d", c->count - 1) != 0) ||
        (r->comments > 0 && dataset_note(d, e, "comments (#) skipped: %ld", r->comments) != 0))
        return -1;
    return trained ? note_extra(d, c, e) : 0;
}

int table_notes_rows(struct dataset *d, const struct survey *s, const struct encoder *encoder,
                     struct error *e) {
    struct listing unknown = {0};
    if (s->left_out > 0 && dataset_note(d, e, "rows with missing cells left out: %ld of %ld",
                                        s->left_out, s->left_out + s->rows) != 0)
        return -1;
    for (int i = 0; i < encoder->count; i++)
        if (encoder->sources[i].unknown > 0)
            listing_add(&unknown, encoder->sources[i].column, encoder->sources[i].unknown);
    int result = listing_note(&unknown, d,
                              "texts that do not occur in training are 0 in all their columns", e);
    listing_free(&unknown);
    return result;
}

/* The sizes, or largest absolute values, of the features in the training split that vary. */
struct sizes {
    struct listing constant; /* the others */
    int large, small;        /* -1: none */
    float largest, smallest;
};

static void measure(struct sizes *m, const struct dataset *d, int feature) {
    const struct split *s = &d->split[TRAIN];
    const float *x = s->values + feature, first = *x;
    float size = 0;
    bool constant = true;
    for (int i = 0; i < s->count; i++, x += d->width) {
        constant = constant && *x == first;
        size = fabsf(*x) > size ? fabsf(*x) : size;
    }
    if (constant)
        listing_add(&m->constant, d->columns.items[feature], -1);
    else if (m->large < 0 || size > m->largest) {
        m->large = feature;
        m->largest = size;
    }
    if (!constant && (m->small < 0 || size < m->smallest)) {
        m->small = feature;
        m->smallest = size;
    }
}

int table_notes_values(struct dataset *d, const struct data_options *from, struct error *e) {
    struct sizes m = {.large = -1, .small = -1};
    for (int i = 0; i < d->width && d->split[TRAIN].count > 0; i++)
        measure(&m, d, i);
    int result = listing_note(&m.constant, d, "the same in all training rows", e);
    listing_free(&m.constant);
    if (result == 0 && from->scaling == SCALING_UNIT && m.large >= 0 &&
        m.largest > VERY_DIFFERENT * m.smallest)
        result = dataset_note(d, e,
                              "\"%s\" has values up to %.3g, but \"%s\" up to %.3g: "
                              "data.scaling=standardize would bring them to one scale",
                              d->columns.items[m.large], (double)m.largest,
                              d->columns.items[m.small], (double)m.smallest);
    return result;
}
