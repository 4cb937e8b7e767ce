#include "data/tables/columns.h"

enum { ENOUGH_ROWS = 10 }; /* to judge a column by */

int notes_number(const struct column *k, enum listed which) {
    bool category = k->kind == FEATURE_CATEGORY;
    bool rare = category && k->filled >= ENOUGH_ROWS && /* most texts occur once */
                k->texts.list.count >= k->filled - k->filled / 10;
    const int numbers[] = {
        [LIST_ALL] = -1,
        [LIST_UNUSED] = -(!k->used && k->label < 0),
        [LIST_LEFT_OUT] = -k->left_out,
        [LIST_COUNTING] = -(k->used && k->counts_rows && k->cells[CELL_NUMBER] >= ENOUGH_ROWS),
        [LIST_MISSING] = k->used ? k->cells[CELL_MISSING] : 0,
        [LIST_TOO_MANY] = -(k->too_many || rare),
        [LIST_EMPTY] = -(k->used && k->filled == 0),
        [LIST_TEXTS] = k->used && category ? k->texts.list.count : 0,
        [LIST_BOOLEANS] = k->used && k->kind == FEATURE_BOOLEAN ? k->cells[CELL_BOOLEAN] : 0,
        [LIST_FILLED] = k->missing,
        [LIST_UNKNOWN] = k->unknown,
    };
    return numbers[which];
}

static struct problems list(const struct columns *c, enum listed which) {
    struct problems l = {0};
    for (int i = 0; i < c->count; i++) {
        int number = notes_number(&c->items[i], which);
        if (number < 0)
            problems_add(&l, "\"%s\"", c->items[i].name);
        else if (number > 0)
            problems_add(&l, "\"%s\" (%d)", c->items[i].name, number);
    }
    return l;
}

const char *notes_list(const struct columns *c, enum listed which) {
    struct problems l = list(c, which);
    const char *copy = arena_string(c->arena, problems_list(&l, ", ", (char[PROBLEMS_LIST]){0}));
    return copy ? copy : "?";
}

static void note_dialect(struct dataset *d, const struct columns *c, struct error *e) {
    const struct reader *r = &c->reader;
    const char *divider = r->divider == ';' ? "semicolons" : r->divider == '\t' ? "tabs" : "blanks";
    if (r->divider != ',')
        dataset_note(d, e, "columns separated by %s%s", divider,
                     r->mark == ',' ? ", decimal commas" : "");
    if (!c->header)
        dataset_note(d, e, "no header: the columns are c0 to c%d", c->count - 1);
}

/* The lists in a dataset's notes: of its first file, in training or for a trained model; or of
 * every file. */
static const struct {
    enum listed which;
    enum { IN_TRAINING, IF_TRAINED, ALWAYS } when;
    const char *what;
} lists[] = {
    {LIST_UNUSED, IF_TRAINED, "not used by the model"},
    {LIST_LEFT_OUT, IN_TRAINING, "left out: row numbers, or nameless (data.columns lists them)"},
    {LIST_COUNTING, IN_TRAINING, "used, though the numbers count the rows (see data.ignore)"},
    {LIST_TEXTS, IN_TRAINING, "texts become columns of 0 and 1"},
    {LIST_BOOLEANS, IN_TRAINING, "true and yes become 1, false and no become 0"},
    {LIST_FILLED, IN_TRAINING,
     "missing cells become the mean, or 0 in columns of texts, and 1 in a column of their own"},
    {LIST_UNKNOWN, ALWAYS, "texts that do not occur in training are 0 in all their columns"},
};

void notes_add(struct dataset *d, const struct columns *c, bool first, struct error *e) {
    int when = c->from->expected ? IF_TRAINED : IN_TRAINING;
    if (first)
        note_dialect(d, c, e);
    if (c->left_out > 0)
        dataset_note(d, e, "rows with%s label left out: %ld of %ld",
                     c->from->missing == MISSING_DROP ? " missing cells or no" : "out a",
                     c->left_out, c->left_out + c->rows);
    if (c->ndrawn > 0 && c->ndrawn < c->rows)
        dataset_note(d, e, "rows drawn as a test set (data.test_share): %d of %d", c->ndrawn,
                     c->rows);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct problems l = list(c, lists[i].which);
        if (lists[i].when == ALWAYS || (first && (int)lists[i].when == when))
            dataset_note_list(d, lists[i].what, &l, e);
    }
}

enum { VERY_DIFFERENT = 100 };

/* The largest absolute value of a feature in the training split, or -1 if all are the same. */
static float size_of(const struct dataset *d, int feature) {
    const struct split *s = &d->split[TRAIN];
    const float *x = s->values + feature, first = *x;
    float size = 0;
    bool constant = true;
    for (int i = 0; i < s->count; i++, x += d->width) {
        constant = constant && *x == first;
        size = fabsf(*x) > size ? fabsf(*x) : size;
    }
    return constant ? -1 : size;
}

void notes_values(struct dataset *d, const struct data_options *from, struct error *e) {
    struct problems constant = {0};
    int large = -1, small = -1;
    float largest = 0, smallest = 0;
    for (int i = 0; i < d->width && d->split[TRAIN].count > 0; i++) {
        float size = size_of(d, i);
        if (size < 0)
            problems_add(&constant, "\"%s\"", d->columns.items[i]);
        if (size >= 0 && (large < 0 || size > largest)) {
            large = i;
            largest = size;
        }
        if (size >= 0 && (small < 0 || size < smallest)) {
            small = i;
            smallest = size;
        }
    }
    dataset_note_list(d, "the same in all training rows", &constant, e);
    if (from->scaling == SCALING_UNIT && largest > VERY_DIFFERENT * smallest)
        dataset_note(d, e,
                     "\"%s\" has values up to %.3g, but \"%s\" up to %.3g: "
                     "data.scaling=standardize would bring them to one scale",
                     d->columns.items[large], (double)largest, d->columns.items[small],
                     (double)smallest);
}
