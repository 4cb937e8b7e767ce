#include "data/tables/columns.h"

/* The column of that name, "which data.ignore lists". If there is none, suggests another. */
static int find(const struct columns *c, const char *name, const char *why, struct error *e) {
    int at = dictionary_find(&c->names, name);
    if (at >= 0)
        return at;
    const char *near = strchr(name, ',') ? NULL : names_nearest(&c->names.list, name);
    return error_input(e, "%s: has no column \"%s\", %s; %s%s%s", c->reader.path, name, why,
                       near                ? "did you mean \""
                       : strchr(name, ',') ? "write several as '[\"a\",\"b\"]'"
                                           : "correct the name",
                       near ? near : "", near ? "\"?" : "");
}

static int no_label(const struct columns *c, const char *label, struct error *e) {
    const char *path = c->reader.path;
    bool expected = c->from->expected != NULL;
    if (!c->header)
        return error_input(e,
                           "%s: has no header, and no column \"%s\" for the labels; set "
                           "data.label=-1 if they are in the last column, or 0 if in the first",
                           path, label);
    if (names_nearest(&c->names.list, label))
        return find(c, label,
                    expected ? "which held the labels in training" : "which data.label names", e);
    if (expected)
        return error_input(e,
                           "%s: has no column \"%s\" for the labels; add it to evaluate, or use "
                           "./onehot predict, which needs no labels",
                           path, label);
    return error_input(e,
                       "%s: has no column \"%s\" for the labels; set \"data.label\" to one of %s",
                       path, label, notes_list(c, LIST_ALL));
}

/* `label` is one column, whose name may contain commas, or several columns. */
static int find_labels(struct columns *c, const char *label, struct error *e) {
    char *name = arena_string(c->arena, label), *next;
    bool one = columns_find(&c->names, label) >= 0;
    c->labels.items = arena_alloc(c->arena, (size_t)c->count, sizeof *c->labels.items);
    c->label_fields = arena_alloc(c->arena, (size_t)c->count, sizeof *c->label_fields);
    if (!name || !c->labels.items || !c->label_fields)
        return error_memory(e, c->reader.path);
    for (; name; name = next) {
        next = one ? NULL : strchr(name, ',');
        if (next)
            *next++ = '\0';
        int at = columns_find(&c->names, name);
        if (at < 0)
            return no_label(c, name, e);
        if (c->items[at].label >= 0)
            return error_input(e, "%s: \"data.label\" names the column \"%s\" twice; remove one",
                               c->reader.path, c->items[at].name);
        c->items[at].label = c->labels.count;
        c->label_fields[c->labels.count] = at;
        c->labels.items[c->labels.count++] = c->items[at].name;
    }
    return 0;
}

/* Sets whether the listed columns are used. */
static int use(struct columns *c, const struct string_list *list, bool used, const char *why,
               struct error *e) {
    for (int i = 0; i < list->count; i++) {
        int at = find(c, list->items[i], why, e);
        if (at < 0)
            return -1;
        if (!used && c->items[at].label >= 0)
            return error_input(e,
                               "%s: \"%s\" is in data.ignore and in data.label; remove it from one",
                               c->reader.path, list->items[i]);
        c->items[at].used = c->items[at].chosen = used;
    }
    return 0;
}

int choose_columns(struct columns *c, struct error *e) {
    const struct data_options *from = c->from;
    int used = 0;
    if (c->count == 1)
        return error_input(e,
                           "%s: has only one column, \"%.80s\"; separate columns with commas, "
                           "semicolons or tabs",
                           c->reader.path, c->items[0].name);
    if (find_labels(c, from->label, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        c->items[i].used = from->columns.count == 0 && !c->items[i].nameless;
    if (use(c, &from->columns, true, "which data.columns lists", e) != 0 ||
        use(c, &from->ignore, false, "which data.ignore lists", e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++) {
        c->items[i].used = c->items[i].used && c->items[i].label < 0;
        used += c->items[i].used;
    }
    if (used > 0)
        return 0;
    return error_input(e,
                       "%s: has no columns to train on besides the label; list some in "
                       "data.columns, or fewer in data.ignore",
                       c->reader.path);
}

/* The position of the label: as the options say, or the last column or the first, whichever holds a
 * class. -1 if neither does. */
static int guess_label(const struct columns *c) {
    const struct string_list *classes = &c->from->expected->classes;
    int at = columns_find(&c->names, c->from->label), last = c->count - 1, holds = -1;
    for (int i = 0; i < classes->count; i++)
        if (strcmp(c->first.items[last], classes->items[i]) == 0)
            holds = last;
        else if (holds < 0 && strcmp(c->first.items[0], classes->items[i]) == 0)
            holds = 0;
    return at >= 0 ? at : holds;
}

/* Gives the columns of a file without a header the names of the model's, and the label its own. */
static int name_by_position(struct columns *c, const struct string_list *expected, bool labelled,
                            struct error *e) {
    int extra = c->count - expected->count, label = extra == 1 ? guess_label(c) : -1;
    if (extra == 1 && label < 0)
        return error_input(e,
                           "%s: has no header, and neither its last column nor its first holds "
                           "labels of the model; add a header",
                           c->reader.path);
    if (extra != 1 && (extra != 0 || labelled))
        return error_input(e,
                           "%s: has no header and %d columns; the model needs %d%s; add a header",
                           c->reader.path, c->count, expected->count,
                           labelled ? " and the label" : ", with or without the label");
    struct string_list names = {c->count,
                                arena_alloc(c->arena, (size_t)c->count, sizeof *names.items)};
    for (int i = 0; i < c->count && names.items; i++)
        names.items[i] =
            i == label ? c->from->label : expected->items[i - (label >= 0 && i > label)];
    return names.items ? columns_rename(c, &names, e) : error_memory(e, c->reader.path);
}

int choose_expected(struct columns *c, bool labelled, struct error *e) {
    const struct dataset *x = c->from->expected;
    struct string_list expected;
    int known = 0;
    if (features_columns(&expected, x, c->reader.path, c->arena, e) != 0)
        return -1;
    while (known < expected.count && dictionary_find(&c->names, expected.items[known]) >= 0)
        known++;
    if (known < expected.count && c->header)
        return find(c, expected.items[known], "which was used in training", e);
    if (!c->header && (known < expected.count || c->count == expected.count) &&
        name_by_position(c, &expected, labelled, e) != 0)
        return -1;
    return labelled && find_labels(c, c->from->label, e) != 0
               ? -1
               : encoder_set(c, x, c->reader.path, e);
}
