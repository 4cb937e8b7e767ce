#include "dump.h"

#include <string.h>

static void bytes(struct dump *d, void *data, size_t size) {
    if (!d->failed)
        d->failed =
            (d->writing ? fwrite(data, 1, size, d->file) : fread(data, 1, size, d->file)) != size;
}

/* Writes or reads a number of `size` bytes; returns its value. */
static uint64_t number(struct dump *d, uint64_t value, int size) {
    unsigned char digits[8];
    for (int i = 0; i < size; i++)
        digits[i] = (unsigned char)(value >> 8 * i);
    bytes(d, digits, (size_t)size);
    value = 0;
    for (int i = 0; i < size && !d->failed; i++)
        value |= (uint64_t)digits[i] << 8 * i;
    return value;
}

static void integer(struct dump *d, int *x) {
    *x = (int)number(d, (uint32_t)*x, 4);
}

static void number_double(struct dump *d, double *x) {
    uint64_t bits;
    memcpy(&bits, x, sizeof bits);
    bits = number(d, bits, 8);
    memcpy(x, &bits, sizeof bits);
}

/* Memory for data to be read; data to be written already has some. */
static void *room(struct dump *d, void *written, int count, size_t size) {
    void *p = d->writing ? written : arena_alloc(d->arena, (size_t)count, size);
    d->failed = d->failed || !p;
    return p;
}

static void string(struct dump *d, const char **s) {
    int size = d->writing ? (int)strlen(*s) + 1 : 0;
    integer(d, &size);
    char *text = room(d, (char *)*s, size, 1);
    bytes(d, text, (size_t)size);
    *s = text;
}

static void fields(struct dump *d, const struct key *keys, void *of);

static void variant(struct dump *d, const struct key *k, struct spec *o) {
    int row = 0;
    while (d->writing && k->rows[row] != o->type)
        row++;
    integer(d, &row);
    o->type = k->rows[row];
    o->options = room(d, o->options, 1, o->type->size);
    if (!d->failed)
        fields(d, o->type->keys, o->options);
}

/* All fields of a struct that a table of keys describes (keys/key.h). */
static void fields(struct dump *d, const struct key *keys, void *of) {
    for (const struct key *k = keys; k && k->name && !d->failed; k++) {
        void *field = (char *)of + k->offset;
        struct string_list *strings = field;
        struct number_list *reals = field;
        struct specs *objects = field;
        int truth;
        switch (k->type) {
        case KEY_INT:
        case KEY_CHOICE: integer(d, field); break;
        case KEY_REAL: number_double(d, field); break;
        case KEY_BOOL:
            truth = *(bool *)field;
            integer(d, &truth);
            *(bool *)field = truth;
            break;
        case KEY_STRING: string(d, field); break;
        case KEY_STRINGS:
            integer(d, &strings->count);
            strings->items = room(d, strings->items, strings->count, sizeof *strings->items);
            for (int i = 0; i < strings->count && !d->failed; i++)
                string(d, &strings->items[i]);
            break;
        case KEY_REALS:
            integer(d, &reals->word);
            if (reals->word >= 0)
                break;
            integer(d, &reals->count);
            reals->items = room(d, reals->items, reals->count, sizeof *reals->items);
            for (int i = 0; i < reals->count && !d->failed; i++)
                number_double(d, &reals->items[i]);
            break;
        case KEY_SECTION: fields(d, k->keys, field); break;
        case KEY_KIND: variant(d, k, field); break;
        case KEY_KINDS:
            integer(d, &objects->count);
            objects->items = room(d, objects->items, objects->count, sizeof *objects->items);
            for (int i = 0; i < objects->count && !d->failed; i++)
                variant(d, k, &objects->items[i]);
            break;
        case KEY_END: break;
        }
    }
}

static void numbers(struct dump *d, real *x, size_t count) {
    for (size_t i = 0; i < count && !d->failed; i++) {
        uint32_t bits;
        _Static_assert(sizeof *x == sizeof bits, "real is binary32");
        memcpy(&bits, &x[i], sizeof bits);
        bits = (uint32_t)number(d, bits, 4);
        memcpy(&x[i], &bits, sizeof bits);
    }
}

/* rows x cols numbers, or NULL. */
static real *matrix(struct dump *d, real *x, int rows, int cols) {
    int there = x != NULL;
    integer(d, &there);
    if (!there)
        return NULL;
    x = room(d, x, rows, (size_t)cols * sizeof *x);
    numbers(d, x, (size_t)rows * (size_t)cols);
    return x;
}

void dump_input(struct dump *d, struct config *config, struct dataset *data) {
    struct split *s = &data->split[TRAIN];
    fields(d, config_keys, config);
    integer(d, &data->height);
    integer(d, &data->width);
    integer(d, &data->channels);
    integer(d, &data->classes.count);
    int features = dataset_features(data), classes = data->classes.count;
    integer(d, &s->count);
    s->labels = room(d, s->labels, s->count, sizeof *s->labels);
    for (int i = 0; i < s->count && !d->failed; i++)
        integer(d, &s->labels[i]);
    s->values = matrix(d, s->values, s->count, features);
    if (!s->values) {
        s->pixels = room(d, s->pixels, s->count, (size_t)features);
        bytes(d, s->pixels, (size_t)s->count * (size_t)features);
    }
    s->targets = matrix(d, s->targets, s->count, classes);
    s->teacher = matrix(d, (real *)s->teacher, s->count, classes);
    int multi_label = s->multi_label;
    integer(d, &multi_label);
    s->multi_label = multi_label;
}

void dump_theta(struct dump *d, struct model *m) {
    numbers(d, m->theta, m->nparams);
}

bool dump_close(struct dump *d) {
    return fclose(d->file) == 0 && !d->failed;
}
