#include "data/dataset.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const dataset_splits[SPLITS] = {"train", "test"};

bool dataset_multi_label(const struct dataset *d) {
    return d->split[TRAIN].multi_label;
}

int dataset_features(const struct dataset *d) {
    return d->height * d->width * d->channels;
}

int dataset_reserve(struct dataset *d, int split, int count, const char *path, struct error *e) {
    struct split *s = &d->split[split];
    s->count = count;
    size_t features = (size_t)dataset_features(d);
    if (d->columns.count > 0)
        s->values = arena_alloc(&d->arena, (size_t)count, features * sizeof *s->values);
    else
        s->pixels = arena_alloc(&d->arena, (size_t)count, features);
    s->labels = arena_alloc(&d->arena, (size_t)count, sizeof *s->labels);
    if ((!s->pixels && !s->values) || !s->labels)
        return error_run(e, "%s: not enough memory for %d samples", path, count);
    return 0;
}

int dataset_name_classes(struct dataset *d, const char *const *names, int count, const char *path,
                         struct error *e) {
    d->classes.items = arena_alloc(&d->arena, (size_t)count, sizeof *d->classes.items);
    for (int c = 0; c < count && d->classes.items; c++)
        if (!(d->classes.items[c] = arena_string(&d->arena, names[c])))
            return error_memory(e, path);
    d->classes.count = count;
    return d->classes.items ? 0 : error_memory(e, path);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_number(const char *name) {
    return name[strspn(name, "0123456789")] == '\0';
}

/* Numbers by value, whatever their length: without leading zeros, the longer one is larger. Equal
 * ones (1 and 01) by bytes, as qsort may put equals in any order. */
static int by_number(const void *a, const void *b) {
    const char *name_a = *(const char *const *)a, *name_b = *(const char *const *)b;
    const char *p = name_a + strspn(name_a, "0"), *q = name_b + strspn(name_b, "0");
    if (strlen(p) != strlen(q))
        return strlen(p) < strlen(q) ? -1 : 1;
    int order = strcmp(p, q);
    return order != 0 ? order : strcmp(name_a, name_b);
}

void dataset_sort_classes(const struct string_list *classes) {
    bool numbers = true;
    for (int i = 0; i < classes->count; i++)
        numbers = numbers && is_number(classes->items[i]);
    qsort(classes->items, (size_t)classes->count, sizeof *classes->items,
          numbers ? by_number : by_name);
}

int dataset_check_size(int height, int width, int channels, const char *path, struct error *e) {
    if (channels == 2)
        return error_input(e, "%s: \"channels\" must be 1 or 3, got 2", path);
    if ((long long)height * width * channels > KEY_INT_MAX)
        return error_input(e, "%s: %d x %d pixels are too many for a sample", path, width, height);
    return 0;
}

/* Names, of what one and several are called so, are plain text and all different. */
static int check_names(const struct string_list *list, const char *one, const char *multi_label,
                       const char *path, struct error *e) {
    size_t n = (size_t)list->count, i = 1;
    for (int k = 0; k < list->count; k++)
        if (!list->items[k][0] || !text_is_plain(list->items[k]))
            return error_input(e, "%s: the name of %s %d, \"%s\", is not plain UTF-8 text", path,
                               one, k, list->items[k]);
    const char **names = malloc(n * sizeof *names);
    if (!names)
        return error_memory(e, path);
    memcpy(names, list->items, n * sizeof *names);
    qsort(names, n, sizeof *names, by_name); /* names are compared sorted: there may be many */
    while (i < n && strcmp(names[i - 1], names[i]) != 0)
        i++;
    int result =
        i < n ? error_input(e, "%s: has two %s named \"%s\"", path, multi_label, names[i]) : 0;
    free(names);
    return result;
}

int dataset_check_classes(const struct string_list *classes, const char *path, struct error *e) {
    if (classes->count < 1 || classes->count > DATASET_CLASSES)
        return error_input(e, "%s: has %d classes, not 1 to %d", path, classes->count,
                           DATASET_CLASSES);
    return check_names(classes, "class", "classes", path, e);
}

int dataset_check_columns(const struct string_list *columns, int height, int width, int channels,
                          const char *path, struct error *e) {
    if (columns->count == 0)
        return 0;
    if (height != 1 || channels != 1 || width != columns->count)
        return error_input(e, "%s: has %d columns for samples of %d x %d x %d", path,
                           columns->count, width, height, channels);
    return check_names(columns, "column", "columns", path, e);
}

/* Each class has a training sample, or a share of one, where there is a training set at all. */
static int check_samples(const struct dataset *d, const char *path, struct error *e) {
    const struct split *s = &d->split[TRAIN];
    if (s->count == 0)
        return 0;
    char *seen = calloc((size_t)d->classes.count, 1);
    if (!seen)
        return error_memory(e, path);
    size_t classes = (size_t)d->classes.count;
    for (int i = 0; i < s->count && !s->multi_label; i++) /* of several it may have none */
        seen[s->labels[i]] = 1;
    for (size_t i = 0; s->targets && i < (size_t)s->count * classes; i++)
        seen[i % classes] |= s->targets[i] > 0;
    int empty = 0;
    while (empty < d->classes.count && seen[empty])
        empty++;
    free(seen);
    return empty == d->classes.count ? 0
                                     : error_input(e, "%s: class \"%s\" has no training samples",
                                                   path, d->classes.items[empty]);
}

/* What every format owes. */
static int check(const struct dataset *d, const char *path, struct error *e) {
    if (d->split[TRAIN].count == 0 && d->split[TEST].count == 0)
        return error_input(e, "%s: holds no samples", path);
    if (dataset_check_columns(&d->columns, d->height, d->width, d->channels, path, e) != 0 ||
        dataset_check_classes(&d->classes, path, e) != 0)
        return -1;
    return check_samples(d, path, e);
}

/* A number as 4 bytes. */
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

/* Sizes enter as decimal text, labels, values and targets as 4 bytes, so that no machine's layout
 * matters. */
static void set_digest(struct dataset *d) {
    struct sha256 h;
    char line[128];
    sha256_begin(&h);
    bool table = d->columns.count > 0;
    int size = snprintf(line, sizeof line, "onehot %s 1\n%d %d %d\n", table ? "table" : "dataset",
                        d->height, d->width, d->channels);
    sha256_add(&h, line, (size_t)size);
    add_names(&h, &d->columns);
    add_names(&h, &d->classes);
    for (int k = 0; k < SPLITS; k++) {
        const struct split *s = &d->split[k];
        size = snprintf(line, sizeof line, "\n%s %d\n", dataset_splits[k], s->count);
        sha256_add(&h, line, (size_t)size);
        size_t values = (size_t)s->count * (size_t)dataset_features(d);
        for (int i = 0; i < s->count; i++)
            add_word(&h, (uint32_t)s->labels[i]);
        if (table)
            add_values(&h, s->values, values);
        else
            sha256_add(&h, s->pixels, values);
        if (s->targets) {
            sha256_add(&h, s->multi_label ? "\nseveral\n" : "\ntargets\n", 9);
            add_values(&h, s->targets, (size_t)s->count * (size_t)d->classes.count);
        }
    }
    sha256_end(&h, d->digest);
}

int dataset_complete(struct dataset *d, const char *path, struct error *e) {
    if (check(d, path, e) != 0)
        return -1;
    set_digest(d);
    return 0;
}

void dataset_free(struct dataset *d) {
    if (d) {
        arena_free(&d->arena);
        free(d);
    }
}
