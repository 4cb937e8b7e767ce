#include "data/dataset.h"
#include "base/platform.h"
#include "data/names.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const dataset_splits[SPLITS] = {"train", "test", "validation"};

int dataset_split_of(const char *name) {
    static const char *const names[] = {"train", "training", "test",      "testing",
                                        "val",   "valid",    "validation"};
    static const int splits[] = {TRAIN, TRAIN, TEST, TEST, VALIDATION, VALIDATION, VALIDATION};
    static const char *const ends[] = {"", "set", "_set", "_images", "_data"};
    name += strncasecmp(name, "seg_", 4) == 0 ? 4 : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
            size_t length = strlen(names[i]);
            if (strncasecmp(name, names[i], length) == 0 && strcasecmp(name + length, ends[k]) == 0)
                return splits[i];
        }
    return -1;
}

bool dataset_multi_label(const struct dataset *d) {
    return d->split[TRAIN].multi_label;
}

int dataset_features(const struct dataset *d) {
    return d->height * d->width * d->channels;
}

void dataset_origin(const struct dataset *d, const struct split *s, int sample, struct text *t) {
    if (s->files && s->files[sample])
        text_printf(t, "%s", s->files[sample]);
    else if (s->table)
        text_printf(t, "%s:%d", s->table, s->lines[sample]);
    else
        text_printf(t, "%s sample %d", dataset_splits[s - d->split], sample);
}

int dataset_check_memory(const struct dataset *d, int count, const char *path, struct error *e) {
    bool table = d->columns.count > 0;
    double values = (double)count * dataset_features(d);
    double gigabytes = values * (table ? sizeof *d->split->values : 1) / 1e9;
    if (gigabytes * 1e9 <= platform_memory())
        return 0;
    return table ? error_input(e,
                               "%s: %d rows of %d columns take %.3g GB, more than this machine "
                               "has; use fewer rows",
                               path, count, d->width, gigabytes)
                 : error_input(e,
                               "%s: %d pictures of %d x %d take %.3g GB, more than this machine "
                               "has; set a smaller data.size",
                               path, count, d->width, d->height, gigabytes);
}

int dataset_reserve(struct dataset *d, int split, int count, const char *path, struct error *e) {
    struct split *s = &d->split[split];
    size_t features = (size_t)dataset_features(d);
    s->count = count;
    if (dataset_check_memory(d, count, path, e) != 0)
        return -1;
    if (d->columns.count > 0)
        s->values = arena_alloc(&d->arena, (size_t)count, features * sizeof *s->values);
    else
        s->pixels = arena_alloc(&d->arena, (size_t)count, features);
    if (d->columns.count > 0)
        s->lines = arena_alloc(&d->arena, (size_t)count, sizeof *s->lines);
    else
        s->files = arena_alloc(&d->arena, (size_t)count, sizeof *s->files);
    s->labels = arena_alloc(&d->arena, (size_t)count, sizeof *s->labels);
    if ((!s->pixels && !s->values) || (!s->files && !s->lines) || !s->labels)
        return error_run(e, "%s: not enough memory for %d samples", path, count);
    return 0;
}

int dataset_reserve_targets(struct dataset *d, int split, const char *path, struct error *e) {
    struct split *s = &d->split[split];
    size_t row = (size_t)d->classes.count * sizeof *s->targets;
    s->targets = arena_alloc(&d->arena, (size_t)s->count, row);
    if (!s->targets)
        return error_run(e, "%s: not enough memory for %d samples", path, s->count);
    return 0;
}

int dataset_note(struct dataset *d, struct error *e, const char *format, ...) {
    size_t count = (size_t)d->notes.count;
    const char **items = arena_alloc(&d->arena, count + 1, sizeof *items);
    va_list args;
    if (!items)
        return error_memory(e, "the notes");
    if (count > 0)
        memcpy(items, d->notes.items, count * sizeof *items);
    va_start(args, format);
    items[count] = arena_vprintf(&d->arena, format, args);
    va_end(args);
    if (!items[count])
        return error_memory(e, "the notes");
    d->notes = (struct string_list){(int)count + 1, items};
    return 0;
}

int dataset_check_shape(const struct string_list *columns, int height, int width, int channels,
                        const char *path, struct error *e) {
    if (channels == 2)
        return error_input(e, "%s: \"channels\" must be 1 or 3, got 2", path);
    if ((long long)height * width * channels > KEY_INT_MAX)
        return error_input(e, "%s: a sample of %d x %d pixels is too large", path, width, height);
    if (columns->count == 0)
        return 0;
    if (height != 1 || channels != 1 || width != columns->count)
        return error_input(e, "%s: has %d columns, but samples of %d x %d x %d", path,
                           columns->count, width, height, channels);
    return names_check(columns, "column", "columns", path, e);
}

int dataset_check_classes(const struct string_list *classes, const char *path, struct error *e) {
    if (classes->count < 1 || classes->count > DATASET_MAX_CLASSES)
        return error_input(e, "%s: has %d classes, not 1 to %d", path, classes->count,
                           DATASET_MAX_CLASSES);
    return names_check(classes, "class", "classes", path, e);
}

void dataset_free(struct dataset *d) {
    if (d) {
        arena_free(&d->arena);
        free(d);
    }
}
