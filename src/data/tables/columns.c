#include "data/tables/columns.h"

int columns_find(const struct dictionary *names, const char *label) {
    char *end;
    int at = dictionary_find(names, label);
    long position = strtol(label, &end, 10);
    if (at >= 0 || end == label || *end)
        return at;
    position += position < 0 ? names->list.count : 0;
    return position >= 0 && position < names->list.count ? (int)position : -1;
}

bool columns_labelled(const struct dictionary *names, const char *label) {
    char first[DICTIONARY_MAX_TEXT];
    snprintf(first, sizeof first, "%.*s", (int)strcspn(label, ","), label);
    return columns_find(names, label) >= 0 || columns_find(names, first) >= 0;
}

int columns_rename(struct columns *c, const struct string_list *names, struct error *e) {
    c->names = (struct dictionary){0};
    c->count = names->count;
    c->items = arena_alloc(c->arena, (size_t)c->count, sizeof *c->items);
    if (!c->items)
        return error_memory(e, c->reader.path);
    for (int i = 0; i < c->count; i++) {
        if (dictionary_find(&c->names, names->items[i]) >= 0)
            return error_input(e, "%s: has two columns named \"%s\"; rename one in the header",
                               c->reader.path, names->items[i]);
        if (dictionary_add(&c->names, names->items[i], c->count, c->arena, e) != i)
            return reader_refuse(&c->reader, c->reader.line, i, "", e,
                                 "the name is longer than %d bytes; shorten it",
                                 DICTIONARY_MAX_TEXT);
        c->items[i] = (struct column){.name = c->names.list.items[i], .label = -1};
    }
    return 0;
}

/* The name of column i, which the header calls `given`. The first may have none, if it numbers the
 * rows, and the last, which is empty if a divider ends each line. */
static const char *name(const struct columns *c, int i, int count, const char *given,
                        struct error *e) {
    if (!c->header)
        return arena_printf(c->arena, "c%d", i);
    if (!*given && (i == 0 || i == count - 1))
        return arena_printf(c->arena, "Unnamed: %d", i);
    const char *escaped = *given ? names_escape(given, c->arena) : NULL;
    if (!*given)
        reader_refuse(&c->reader, c->reader.line, i, "", e, "has no name; add one to the header");
    if (!escaped || text_is_plain(escaped))
        return escaped;
    reader_refuse(&c->reader, c->reader.line, i, "", e,
                  "the name \"%s\" is not UTF-8; convert the table: iconv -f WINDOWS-1252 -t UTF-8 "
                  "OLD >NEW",
                  escaped);
    return NULL;
}

/* `width` is the number of fields in the second record. If that is one more than in the header, the
 * first column has no name, as in files of R. */
static int name_all(struct columns *c, int width, struct error *e) {
    int unnamed = c->header && width == c->first.count + 1, count = c->first.count + unnamed;
    struct string_list names = {count, arena_alloc(c->arena, (size_t)count, sizeof *names.items)};
    for (int i = 0; i < count && names.items; i++) {
        const char *given = i < unnamed ? "" : c->first.items[i - unnamed];
        if (!(names.items[i] = name(c, i, count, given, e)))
            return error_memory(e, c->reader.path);
    }
    if (!names.items || columns_rename(c, &names, e) != 0)
        return error_memory(e, c->reader.path);
    c->items[0].nameless = c->header && strcmp(c->items[0].name, "Unnamed: 0") == 0;
    c->items[count - 1].nameless |= c->header && !*c->first.items[c->first.count - 1];
    return 0;
}

/* ---- the header ----
 *
 * The first record is a header if it has the name of a label column, or of all columns that the
 * trained model uses. Otherwise the columns decide:
 *
 *   - if one is text in the first record and numbers below it, the record is a header;
 *   - else, if there is a number in the record, it is data;
 *   - else all of it is text: it is data if half of its cells occur again below. */

enum { RECORDS = 100 };

/* How many cells of a column, below its first, are numbers, are neither numbers nor missing, or
 * equal the first. */
struct below {
    int numbers, others, same;
};

static bool has_names(struct columns *c, struct error *e) {
    const struct data_options *from = c->from;
    const struct dataset *x = from->expected;
    struct dictionary first = {0};
    for (int i = 0; i < c->first.count; i++) /* except those too long for a name */
        (void)dictionary_add(&first, c->first.items[i], c->first.count, c->arena, e);
    if (from->label[strspn(from->label, "-0123456789,")] && columns_labelled(&first, from->label))
        return true;
    for (int i = 0; x && i < x->columns.count; i++)
        if (dictionary_find(&first, features_column(x, i)) < 0)
            return false;
    return x != NULL;
}

static bool is_above(const struct string_list *first, const struct below *below) {
    int numbers = 0, same = 0;
    for (int i = 0; i < first->count; i++) {
        char mark = '\0';
        enum cell_kind kind = cell_read(first->items[i], &mark).kind;
        if (kind != CELL_NUMBER && kind != CELL_MISSING && below[i].numbers > 0 &&
            below[i].others == 0)
            return true;
        numbers += kind == CELL_NUMBER;
        same += below[i].same > 0;
    }
    return numbers == 0 && 2 * same < first->count;
}

/* Reads the records below the first. Sets *width to the number of fields of the second, or to 0. */
static int find_header(struct columns *c, int *width, struct error *e) {
    struct reader *r = &c->reader;
    SCOPED_MEMORY struct below *below = calloc((size_t)c->first.count, sizeof *below);
    *width = 0;
    if (!below)
        return error_memory(e, r->path);
    for (int i = 0; i < RECORDS && reader_next(r, e) > 0; i++) {
        for (int k = 0; k < r->count && k < c->first.count; k++) {
            char mark = '\0';
            enum cell_kind kind = cell_read(r->fields[k], &mark).kind;
            below[k].numbers += kind == CELL_NUMBER;
            below[k].others += kind == CELL_BOOLEAN || kind == CELL_TEXT;
            below[k].same += strcmp(r->fields[k], c->first.items[k]) == 0;
        }
        if (i == 0 && *r->fields[r->count - 1]) /* no divider at the end of each line */
            *width = r->count;
    }
    c->header = c->from->header == HEADER_YES ||
                (c->from->header == HEADER_AUTO && (has_names(c, e) || is_above(&c->first, below)));
    return e->status ? -1 : 0;
}

int columns_open(struct columns *c, const char *path, const struct data_options *from,
                 struct arena *a, struct error *e) {
    struct reader *r = &c->reader;
    int found, width;
    *c = (struct columns){.from = from, .arena = a};
    if (reader_open(r, path, e) != 0 || (found = reader_next(r, e)) < 0)
        return -1;
    if (found == 0)
        return error_input(e, "%s: is empty; download it again or remove it", path);
    return names_copy(&c->first, (const char *const *)r->fields, r->count, path, a, e) == 0 &&
                   find_header(c, &width, e) == 0 && columns_rewind(c, e) == 0
               ? name_all(c, width, e)
               : -1;
}

void columns_free(struct columns *c) {
    reader_close(&c->reader);
    free(c->row_labels);
}

int columns_rewind(struct columns *c, struct error *e) {
    c->left_out = 0;
    if (reader_rewind(&c->reader, e) != 0)
        return -1;
    return c->header && reader_next(&c->reader, e) < 0 ? -1 : 0;
}

/* Whether to leave out the row; predict, which looks for no labels, keeps all rows. A class may be
 * named "NA", so only an empty label is missing. */
static bool drops(const struct columns *c) {
    int missing = c->labels.count > 0 ? c->from->missing : MISSING_REFUSE;
    for (int i = 0; i < c->count && missing == MISSING_DROP; i++)
        if (c->items[i].used && cell_is_missing(c->reader.fields[i]))
            return true;
    return missing != MISSING_REFUSE && !*c->reader.fields[c->label_fields[0]];
}

int columns_next(struct columns *c, struct error *e) {
    struct reader *r = &c->reader;
    const struct column *last = &c->items[c->count - 1];
    bool optional = last->nameless && !last->used && last->label < 0;
    int found;
    while ((found = reader_next(r, e)) > 0) {
        /* A divider may end this line, but not the header, or the header, but not this line. */
        bool more = r->count == c->count + 1 && !*r->fields[c->count];
        if (r->count != c->count && !more && !(optional && r->count == c->count - 1))
            return error_input(e,
                               "%s: line %ld: has %d field%s, but the %s has %d; correct it, or "
                               "quote a field that contains a divider",
                               r->path, r->line, r->count, r->count == 1 ? "" : "s",
                               c->header ? "header" : "first line", c->count);
        if (!drops(c))
            break;
        c->left_out++;
    }
    return found;
}
