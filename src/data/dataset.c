#include "data/dataset.h"
#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const dataset_splits[SPLITS] = {"train", "test"};

static const struct format {
    bool (*recognises)(const char *path);
    int (*read)(struct dataset *d, const char *path, struct team *team, struct error *e);
} formats[] = {
    {sheet_recognises, sheet_read},
    {folder_recognises, folder_read},
    {idx_recognises, idx_read},
};

int dataset_features(const struct dataset *d) {
    return d->height * d->width * d->channels;
}

int dataset_reserve(struct dataset *d, int split, int count, const char *path, struct error *e) {
    struct split *s = &d->split[split];
    s->count = count;
    s->pixels = arena_alloc(&d->arena, (size_t)count, (size_t)dataset_features(d));
    s->labels = arena_alloc(&d->arena, (size_t)count, sizeof *s->labels);
    if (!s->pixels || !s->labels)
        return error_run(e, "%s: not enough memory for %d samples", path, count);
    return 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int dataset_check_size(int height, int width, int channels, const char *path, struct error *e) {
    if (channels == 2)
        return error_input(e, "%s: \"channels\" must be 1 or 3, got 2", path);
    if ((long long)height * width * channels > KEY_INT_MAX)
        return error_input(e, "%s: %d x %d pixels are too many for a sample", path, width, height);
    return 0;
}

int dataset_check_classes(const struct strings *classes, const char *path, struct error *e) {
    size_t n = (size_t)classes->count, i = 1;
    if (classes->count < 1 || classes->count > DATASET_CLASSES)
        return error_input(e, "%s: has %d classes, not 1 to %d", path, classes->count,
                           DATASET_CLASSES);
    for (int k = 0; k < classes->count; k++)
        if (!classes->items[k][0] || !text_is_plain(classes->items[k]))
            return error_input(e, "%s: the name of class %d, \"%s\", is not plain UTF-8 text", path,
                               k, classes->items[k]);
    const char **names = malloc(n * sizeof *names);
    if (!names)
        return error_memory(e, path);
    memcpy(names, classes->items, n * sizeof *names);
    qsort(names, n, sizeof *names, by_name); /* names are compared sorted: there may be many */
    while (i < n && strcmp(names[i - 1], names[i]) != 0)
        i++;
    int result = i < n ? error_input(e, "%s: has two classes named \"%s\"", path, names[i]) : 0;
    free(names);
    return result;
}

/* Each class has a training sample, where there is a training set at all. */
static int check_samples(const struct dataset *d, const char *path, struct error *e) {
    const struct split *s = &d->split[TRAIN];
    if (s->count == 0)
        return 0;
    char *seen = calloc((size_t)d->classes.count, 1);
    if (!seen)
        return error_memory(e, path);
    for (int i = 0; i < s->count; i++)
        seen[s->labels[i]] = 1;
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
    return dataset_check_classes(&d->classes, path, e) == 0 ? check_samples(d, path, e) : -1;
}

static void add_targets(struct sha256 *h, const float *targets, size_t count) {
    sha256_add(h, "\ntargets\n", 9);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &targets[i], sizeof bits);
        uint8_t le[4] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
                         (uint8_t)(bits >> 24)};
        sha256_add(h, le, sizeof le);
    }
}

/* Numbers enter as decimal text, labels and targets as 4 bytes, so that no machine's layout
 * matters. */
static void set_digest(struct dataset *d) {
    struct sha256 h;
    char line[128];
    sha256_begin(&h);
    int size = snprintf(line, sizeof line, "onehot dataset 1\n%d %d %d\n", d->height, d->width,
                        d->channels);
    sha256_add(&h, line, (size_t)size);
    for (int i = 0; i < d->classes.count; i++)
        sha256_add(&h, d->classes.items[i], strlen(d->classes.items[i]) + 1);
    for (int k = 0; k < SPLITS; k++) {
        const struct split *s = &d->split[k];
        size = snprintf(line, sizeof line, "\n%s %d\n", dataset_splits[k], s->count);
        sha256_add(&h, line, (size_t)size);
        for (int i = 0; i < s->count; i++) {
            uint8_t label[4];
            for (int b = 0; b < 4; b++)
                label[b] = (uint8_t)(s->labels[i] >> 8 * b);
            sha256_add(&h, label, sizeof label);
        }
        sha256_add(&h, s->pixels, (size_t)s->count * (size_t)dataset_features(d));
        if (s->targets)
            add_targets(&h, s->targets, (size_t)s->count * (size_t)d->classes.count);
    }
    sha256_end(&h, d->digest);
}

struct dataset *dataset_read(const char *path, struct team *team, struct error *e) {
    if (!file_exists(path)) {
        error_input(e, "%s: there is no such dataset (seen from the current folder)", path);
        return NULL;
    }
    if (!file_is_directory(path)) {
        error_input(e, "%s: is a file; a dataset is a folder", path);
        return NULL;
    }
    struct dataset *d = calloc(1, sizeof *d);
    if (!d) {
        error_memory(e, path);
        return NULL;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].recognises(path)) {
            if (formats[i].read(d, path, team, e) != 0 || check(d, path, e) != 0)
                goto fail;
            set_digest(d);
            return d;
        }
    error_input(e,
                "%s: holds no dataset: neither dataset.json, nor train/CLASS/*.png, nor "
                "train-images-idx3-ubyte[.gz]",
                path);
fail:
    dataset_free(d);
    return NULL;
}

void dataset_free(struct dataset *d) {
    if (d) {
        arena_free(&d->arena);
        free(d);
    }
}
