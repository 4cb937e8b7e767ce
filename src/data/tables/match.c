#include "data/tables/match.h"

#include <string.h>

/* Returns the first source that has no column of its name, or -1. */
static int by_name(struct columns *c, struct encoder *encoder) {
    for (int i = 0; i < encoder->count; i++) {
        struct source *s = &encoder->sources[i];
        s->field = dictionary_find(&c->names, s->column);
        if (s->field < 0)
            return i;
    }
    return -1;
}

static bool is_class(const char *text, const struct string_list *classes) {
    for (int i = 0; i < classes->count; i++)
        if (strcmp(text, classes->items[i]) == 0)
            return true;
    return false;
}

/* The position of the label: as the options say, or the last column or the first, whichever holds a
 * class. -1 if neither does. */
static int find_label(const struct columns *c, const struct data_options *from) {
    const struct string_list *classes = &from->expected->classes;
    int at = columns_find(c, from->label), last = c->count - 1;
    return at >= 0                                   ? at
           : is_class(c->first.items[last], classes) ? last
           : is_class(c->first.items[0], classes)    ? 0
                                                     : -1;
}

static int by_position(struct columns *c, struct encoder *encoder, const struct data_options *from,
                       bool labelled, struct error *e) {
    int extra = c->count - encoder->count, label = extra == 1 ? find_label(c, from) : -1;
    if (extra == 0 && labelled)
        return error_input(e,
                           "%s: has no header and %d columns, as many as the model uses, so it has "
                           "no labels",
                           c->reader.path, c->count);
    if (extra == 1 && label < 0)
        return error_input(e,
                           "%s: has no header, and neither its last column nor its first holds "
                           "labels of the model",
                           c->reader.path);
    if (extra != 0 && extra != 1)
        return error_input(e, "%s: has no header and %d columns; the model needs %d%s",
                           c->reader.path, c->count, encoder->count,
                           labelled ? " and the label" : ", with or without the label");
    for (int i = 0; i < encoder->count; i++)
        encoder->sources[i].field = i + (label >= 0 && i >= label);
    return labelled ? columns_label(c, c->items[label].name, e) : 0;
}

int match_columns(struct columns *c, struct encoder *encoder, const struct data_options *from,
                  bool labelled, struct error *e) {
    int unknown = by_name(c, encoder);
    bool named = unknown < 0 && (c->header || c->count > encoder->count);
    if (!named && c->header)
        return columns_refuse(c, encoder->sources[unknown].column, "which was used in training", e);
    if ((named ? labelled && columns_label(c, from->label, e) != 0
               : by_position(c, encoder, from, labelled, e) != 0))
        return -1;
    for (int i = 0; i < encoder->count; i++)
        c->items[encoder->sources[i].field].used = true;
    return 0;
}
