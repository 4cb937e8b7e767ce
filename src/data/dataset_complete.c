#include "data/dataset_complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* There are at least two classes, unless samples have several labels. If there is a training set,
 * every class has a nonzero target in it. */
static int check_samples(const struct dataset *d, const char *path, struct error *e) {
    const struct split *s = &d->split[TRAIN];
    size_t classes = (size_t)d->classes.count, empty = 0;
    if (classes == 1 && !s->multi_label)
        return error_input(e, "%s: has only the class \"%s\": a classifier needs at least two",
                           path, d->classes.items[0]);
    if (s->count == 0)
        return 0;
    char *seen = calloc(classes, 1);
    if (!seen)
        return error_memory(e, path);
    for (int i = 0; i < s->count && !s->multi_label; i++) /* a multi-label sample may have none */
        seen[s->labels[i]] = 1;
    for (size_t i = 0; s->targets && i < (size_t)s->count * classes; i++)
        seen[i % classes] |= s->targets[i] > 0;
    while (empty < classes && seen[empty])
        empty++;
    free(seen);
    return empty == classes
               ? 0
               : error_input(
                     e, "%s: class \"%s\" has no training samples; add some, or remove the class",
                     path, d->classes.items[empty]);
}

static void add_word(struct sha256 *h, uint32_t word) {
    uint8_t bytes[4];
    for (int b = 0; b < 4; b++)
        bytes[b] = (uint8_t)(word >> 8 * b);
    sha256_add(h, bytes, sizeof bytes);
}

static void add_values(struct sha256 *h, const float *values, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        add_word(h, bits);
    }
}

static void add_names(struct sha256 *h, const struct string_list *names) {
    for (int i = 0; i < names->count; i++)
        sha256_add(h, names->items[i], strlen(names->items[i]) + 1);
}

/* Sizes enter as decimal text; labels, values and targets as 4 little-endian bytes each, so the
 * digest depends neither on the format nor on the machine. */
static void set_digest(struct dataset *d) {
    struct sha256 h;
    char line[128];
    bool table = d->columns.count > 0;
    sha256_begin(&h);
    int size = snprintf(line, sizeof line, "onehot %s 1\n%d %d %d\n", table ? "table" : "dataset",
                        d->height, d->width, d->channels);
    sha256_add(&h, line, (size_t)size);
    add_names(&h, &d->columns);
    add_names(&h, &d->classes);
    for (int k = 0; k < SPLITS; k++) {
        const struct split *s = &d->split[k];
        size_t count = (size_t)s->count, values = count * (size_t)dataset_features(d);
        if (k == VALIDATION && count == 0)
            continue; /* so that the digest is the same as before there were such datasets */
        size = snprintf(line, sizeof line, "\n%s %d\n", dataset_splits[k], s->count);
        sha256_add(&h, line, (size_t)size);
        for (size_t i = 0; i < count; i++)
            add_word(&h, (uint32_t)s->labels[i]);
        if (table)
            add_values(&h, s->values, values);
        else
            sha256_add(&h, s->pixels, values);
        if (s->targets) {
            sha256_add(&h, s->multi_label ? "\nseveral\n" : "\ntargets\n", 9);
            add_values(&h, s->targets, count * (size_t)d->classes.count);
        }
    }
    sha256_end(&h, d->digest);
}

int dataset_complete(struct dataset *d, const struct data_options *from, struct error *e) {
    const char *path = from->path;
    if (d->split[TRAIN].count == 0 && d->split[TEST].count == 0)
        return error_input(e, "%s: has no samples", path);
    if (dataset_check_shape(&d->columns, d->height, d->width, d->channels, path, e) != 0 ||
        dataset_check_classes(&d->classes, path, e) != 0 ||
        (!from->expected && check_samples(d, path, e) != 0))
        return -1;
    set_digest(d);
    return 0;
}
