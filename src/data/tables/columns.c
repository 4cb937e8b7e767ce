#include "data/tables/columns.h"
#include "base/nearest.h"
#include "base/text.h"
#include "data/names.h"
#include "data/tables/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the names ---- */

/* Names column i. The first may have no name: it numbers the rows. Nor may the last: a divider at
 * the end of each line makes an empty one. */
static int name(struct columns *c, int i, const char *given, struct error *e) {
    char made[24];
    bool is_end = i == 0 || i == c->count - 1;
    const char *path = c->reader.path;
    struct column *k = &c->items[i];
    *k = (struct column){.label = -1, .nameless = c->header && !*given && is_end};
    if (!c->header || k->nameless)
        snprintf(made, sizeof made, c->header ? "Unnamed: %d" : "c%d", i);
    else if (!*given)
        return error_input(e, "%s: line %ld, column %d: has no name", path, c->header_line, i + 1);
    else if (!text_is_plain(given))
        return error_input(e, "%s: line %ld, column %d: the name \"%s\" is not plain UTF-8 text",
                           path, c->header_line, i + 1, given);
    k->nameless = k->nameless || (c->header && i == 0 && strcmp(given, "Unnamed: 0") == 0);
    const char *text = !c->header || !*given ? made : given;
    if (dictionary_find(&c->names, text) >= 0)
        return error_input(e, "%s: has two columns named \"%s\"", path, text);
    if (dictionary_add(&c->names, text, c->count, c->arena) != i)
        return error_input(e, "%s: line %ld, column %d: the name is longer than %d bytes", path,
                           c->header_line, i + 1, DICTIONARY_MAX_TEXT);
    k->name = c->names.items[i];
    return 0;
}

/* `width` is the number of fields in the second record. With one more than in the header, the first
 * column has no name, as in files of R. */
static int name_all(struct columns *c, int width, struct error *e) {
    int unnamed = c->header && width == c->first.count + 1;
    c->count = c->first.count + unnamed;
    c->items = arena_alloc(c->arena, (size_t)c->count, sizeof *c->items);
    if (!c->items)
        return error_memory(e, c->reader.path);
    for (int i = 0; i < c->count; i++)
        if (name(c, i, i < unnamed ? "" : c->first.items[i - unnamed], e) != 0)
            return -1;
    return 0;
}

int columns_open(struct columns *c, const char *path, const struct data_options *from,
                 struct arena *a, struct error *e) {
    int found, width;
    *c = (struct columns){.arena = a};
    if (reader_open(&c->reader, path, e) != 0 || (found = reader_next(&c->reader, e)) < 0)
        return -1;
    if (found == 0)
        return error_input(e, "%s: is empty", path);
    c->header_line = c->reader.line;
    if (names_copy(&c->first, (const char *const *)c->reader.fields, c->reader.count, path, a, e) !=
            0 ||
        header_detect(&c->reader, &c->first, from, &c->header, &width, e) != 0 ||
        name_all(c, width, e) != 0)
        return -1;
    return columns_rewind(c, e);
}

void columns_close(struct columns *c) {
    reader_close(&c->reader);
}

/* ---- the rows ---- */

int columns_rewind(struct columns *c, struct error *e) {
    if (reader_rewind(&c->reader, e) != 0)
        return -1;
    return c->header && reader_next(&c->reader, e) < 0 ? -1 : 0;
}

int columns_next(struct columns *c, struct error *e) {
    struct reader *r = &c->reader;
    int found = reader_next(r, e), last = c->count - 1;
    const struct column *k = &c->items[last];
    if (found > 0 && r->count == last && k->nameless && !k->used && k->label < 0)
        return 1; /* no divider at the end of this line */
    if (found > 0 && r->count != c->count)
        return error_input(e, "%s: line %ld: has %d field%s, but the %s has %d", r->path, r->line,
                           r->count, r->count == 1 ? "" : "s", c->header ? "header" : "first line",
                           c->count);
    return found;
}

/* ---- what they are for ---- */

static const char *name_at(const void *columns, int i) {
    const struct columns *c = columns;
    return i < c->count ? c->items[i].name : NULL;
}

int columns_refuse(const struct columns *c, const char *name, const char *why, struct error *e) {
    const char *near = nearest_word(name, name_at, c);
    return error_input(e, "%s: has no column \"%s\", %s%s%s%s", c->reader.path, name, why,
                       near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int columns_find(const struct columns *c, const char *label) {
    char *end;
    int at = dictionary_find(&c->names, label);
    long position = strtol(label, &end, 10);
    if (at >= 0 || end == label || *end)
        return at;
    position += position < 0 ? c->count : 0;
    return position >= 0 && position < c->count ? (int)position : -1;
}

static int no_label(const struct columns *c, const char *label, struct error *e) {
    enum { SHOWN = 8 };
    const char *path = c->reader.path;
    if (!c->header)
        return error_input(e,
                           "%s: has no header, and no column \"%s\" for the labels; set "
                           "data.label=-1 if they are in the last column, data.label=0 if they are "
                           "in the first",
                           path, label);
    if (nearest_word(label, name_at, c))
        return columns_refuse(c, label, "which data.label names", e);
    struct text known = {0};
    for (int i = 0; i < c->count && i < SHOWN; i++)
        text_printf(&known, "%s\"%s\"", i > 0 ? ", " : "", c->items[i].name);
    error_input(e, "%s: has no column \"%s\" for the labels; set \"data.label\" to one of %s%s",
                path, label, known.data ? known.data : "its columns",
                c->count > SHOWN ? ", ..." : "");
    text_free(&known);
    return -1;
}

/* Adds the label column of this name. */
static int add_label(struct columns *c, const char *label, struct error *e) {
    int at = columns_find(c, label);
    if (at < 0)
        return no_label(c, label, e);
    if (c->items[at].label >= 0)
        return error_input(e, "%s: \"data.label\" names the column \"%s\" twice", c->reader.path,
                           c->items[at].name);
    c->items[at].label = c->labels.count;
    c->label_fields[c->labels.count] = at;
    c->labels.items[c->labels.count++] = c->items[at].name;
    return 0;
}

int columns_label(struct columns *c, const char *label, struct error *e) {
    char *names = arena_string(c->arena, label), *next;
    bool one = columns_find(c, label) >= 0;
    c->labels.items = arena_alloc(c->arena, (size_t)c->count, sizeof *c->labels.items);
    c->label_fields = arena_alloc(c->arena, (size_t)c->count, sizeof *c->label_fields);
    if (!names || !c->labels.items || !c->label_fields)
        return error_memory(e, c->reader.path);
    for (char *at = names; at; at = next) {
        next = one ? NULL : strchr(at, ',');
        if (next)
            *next++ = '\0';
        if (add_label(c, at, e) != 0)
            return -1;
    }
    return 0;
}

bool columns_labelled(const struct columns *c, const char *label) {
    size_t first = strcspn(label, ",");
    char name[DICTIONARY_MAX_TEXT];
    snprintf(name, sizeof name, "%.*s", (int)first, label);
    return columns_find(c, label) >= 0 || columns_find(c, name) >= 0;
}

/* The column of that name, which the options list. */
static int find_listed(const struct columns *c, const char *name, const char *why,
                       struct error *e) {
    int at = dictionary_find(&c->names, name);
    return at >= 0 ? at : columns_refuse(c, name, why, e);
}

int columns_choose(struct columns *c, const struct data_options *from, struct error *e) {
    int used = 0;
    if (columns_label(c, from->label, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        c->items[i].used = from->columns.count == 0 && !c->items[i].nameless;
    for (int i = 0; i < from->columns.count; i++) {
        int at = find_listed(c, from->columns.items[i], "which data.columns lists", e);
        if (at < 0)
            return -1;
        c->items[at].used = c->items[at].chosen = true;
    }
    for (int i = 0; i < from->ignore.count; i++) {
        int at = find_listed(c, from->ignore.items[i], "which data.ignore lists", e);
        if (at < 0)
            return -1;
        c->items[at].used = false;
    }
    for (int i = 0; i < c->count; i++) {
        c->items[i].used = c->items[i].used && c->items[i].label < 0;
        used += c->items[i].used;
    }
    return used > 0
               ? 0
               : error_input(e, "%s: has no columns to train on besides the label", c->reader.path);
}
