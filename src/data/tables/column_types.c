#include "data/tables/column_types.h"
#include "data/tables/encoder.h"
#include "data/tables/listing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ENOUGH_ROWS = 10 };

/* "id" in any case, or a name that ends in "Id", "ID" or "_id", but not "humid". */
static bool names_an_id(const char *name) {
    size_t length = strlen(name);
    const char *end = length > 2 ? name + length - 2 : name;
    return strcasecmp(name, "id") == 0 ||
           (length > 2 && (strcmp(end, "Id") == 0 || strcmp(end, "ID") == 0 ||
                           (strcmp(end, "id") == 0 && strchr("_- .", end[-1]))));
}

static bool only_numbers_rows(const struct survey *s, const struct tally *t, const char *name) {
    return t->ascends &&
           ((t->numbers_rows && s->rows >= ENOUGH_ROWS) || (s->rows > 1 && names_an_id(name)));
}

static int leave_out(struct survey *s, struct columns *c, struct dataset *d, struct error *e) {
    struct listing out = {0};
    int used = 0, result;
    for (int i = 0; i < c->count; i++) {
        struct column *k = &c->items[i];
        bool leave = k->used && !k->chosen && only_numbers_rows(s, &s->tallies[i], k->name);
        k->used = k->used && !leave;
        used += k->used;
        if (leave || (k->nameless && !k->used && k->label < 0))
            listing_add(&out, k->name, -1);
    }
    if (used > 0)
        result = listing_note(&out, d, "left out, as row numbers (data.columns can list them)", e);
    else
        result = error_input(e,
                             "%s: has no columns to train on but row numbers: %s; to use them, "
                             "list them in data.columns",
                             c->reader.path, listing_names(&out));
    listing_free(&out);
    return result;
}

/* Refuses the first cell of column i that is not a number. `mistake` says that the others are. */
static int refuse_odd(const struct columns *c, int i, const struct tally *t, bool mistake,
                      struct error *e) {
    struct error why = {0};
    char others[160] = "";
    encoder_not_a_number(t->odd, c->reader.mark, &why);
    if (mistake)
        snprintf(others, sizeof others,
                 ", but %d other cells of the column are numbers; correct it, or leave out the "
                 "column with data.ignore",
                 t->cells[CELL_NUMBER]);
    return error_input(e, "%s: line %ld, column %d (\"%s\"): %s%s", c->reader.path, t->odd_line,
                       i + 1, c->items[i].name, why.text, others);
}

static bool is_wrong_number(const char *s) {
    char none = '\0';
    return cell_is_grouped(s) || cell_read(s, &none).kind == CELL_NUMBER;
}

static int decide(struct tally *t, const struct columns *c, int i, struct error *e) {
    int numbers = t->cells[CELL_NUMBER], booleans = t->cells[CELL_BOOLEAN];
    int odd = booleans + t->cells[CELL_TEXT];
    bool wrong = odd > 0 && is_wrong_number(t->odd);
    if (wrong || (odd > 0 && numbers / 9 >= odd))
        return refuse_odd(c, i, t, !wrong, e);
    t->kind = odd == 0                          ? FEATURE_NUMBER
              : numbers == 0 && odd == booleans ? FEATURE_BOOLEAN
                                                : FEATURE_CATEGORY;
    return 0;
}

/* Refuses missing cells, unless the options say what to do about them. */
static int check_missing(const struct survey *s, const struct columns *c,
                         const struct data_options *from, struct error *e) {
    struct listing missing = {0};
    int first = -1;
    for (int i = 0; i < c->count && from->missing == MISSING_REFUSE; i++) {
        const struct tally *t = &s->tallies[i];
        if (!c->items[i].used || t->cells[CELL_MISSING] == 0)
            continue;
        if (first < 0 || t->missing_line < s->tallies[first].missing_line)
            first = i;
        listing_add(&missing, c->items[i].name, t->cells[CELL_MISSING]);
    }
    if (first >= 0)
        error_input(e,
                    "%s: line %ld, column %d (\"%s\"): the cell is missing; missing cells by "
                    "column: %s; data.missing=drop leaves out such rows, data.missing=mean fills "
                    "the cells",
                    c->reader.path, s->tallies[first].missing_line, first + 1, c->items[first].name,
                    listing_names(&missing));
    listing_free(&missing);
    return first >= 0 ? -1 : 0;
}

int column_types_decide(struct survey *s, struct columns *c, const struct data_options *from,
                        struct dataset *d, struct error *e) {
    if (leave_out(s, c, d, e) != 0)
        return -1;
    for (int i = 0; i < c->count; i++)
        if (c->items[i].used && decide(&s->tallies[i], c, i, e) != 0)
            return -1;
    return check_missing(s, c, from, e);
}
