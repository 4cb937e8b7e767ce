#include "base/file.h"
#include "base/text.h"
#include "config/keys.h"
#include "data/pictures/image_sheet.h"
#include "data/targets.h"
#include "picture/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHEET_SIDE = 1400 }; /* about, in pixels */

static int write_sheet(const struct dataset *d, const struct split *s, int first, int count,
                       int columns, const char *path, struct error *e) {
    int rows = (count + columns - 1) / columns;
    size_t line = (size_t)d->width * (size_t)d->channels;
    struct picture sheet = {
        .width = columns * d->width, .height = rows * d->height, .channels = d->channels};
    sheet.pixels = calloc(picture_size(&sheet), 1);
    if (!sheet.pixels)
        return error_memory(e, path);
    const uint8_t *in = s->pixels + (size_t)first * (size_t)dataset_features(d);
    for (int i = 0; i < count; i++)
        for (int y = 0; y < d->height; y++, in += line)
            memcpy(sheet.pixels + ((size_t)(i / columns * d->height + y) * (size_t)columns +
                                   (size_t)(i % columns)) *
                                      line,
                   in, line);
    int result = picture_write(&sheet, path, e);
    picture_free(&sheet);
    return result;
}

static int write_labels(const struct split *s, const char *path, struct error *e) {
    struct text t = {0};
    for (int i = 0; i < s->count; i++)
        text_printf(&t, "%d\n", s->labels[i]);
    return file_write_text(path, &t, 0, e);
}

/* Writes a split's sheets, and its labels or targets; *f becomes its section of dataset.json. */
static int write_split(const struct dataset *d, int k, const char *path,
                       struct image_sheet_split *f, struct arena *a, struct error *e) {
    const struct split *s = &d->split[k];
    char file[FILE_PATH];
    int columns = SHEET_SIDE / d->width > 0 ? SHEET_SIDE / d->width : 1;
    int rows = SHEET_SIDE / d->height > 0 ? SHEET_SIDE / d->height : 1, tiles = columns * rows;
    int sheets = (s->count - 1) / tiles + 1, digits = snprintf(NULL, 0, "%d", sheets - 1);
    *f = (struct image_sheet_split){.samples = s->count, .labels = "", .targets = ""};
    f->sheets.items = arena_alloc(a, (size_t)sheets, sizeof *f->sheets.items);
    for (int i = 0; i < sheets && f->sheets.items; i++) {
        int first = i * tiles, count = s->count - first < tiles ? s->count - first : tiles;
        char *name = arena_printf(a, "%s-%0*d.png", dataset_splits[k], digits, i);
        if (!name)
            return error_memory(e, path);
        f->sheets.items[f->sheets.count++] = name;
        if (file_join(file, sizeof file, path, name, e) != 0 ||
            write_sheet(d, s, first, count, columns, file, e) != 0)
            return -1;
    }
    const char *what = s->targets ? "targets" : "labels";
    char *name = arena_printf(a, "%s-%s.txt", dataset_splits[k], what);
    if (!f->sheets.items || !name)
        return error_memory(e, path);
    if (file_join(file, sizeof file, path, name, e) != 0)
        return -1;
    *(s->targets ? &f->targets : &f->labels) = name;
    return s->targets ? targets_write(d, k, file, e) : write_labels(s, file, e);
}

static int write_json(const struct image_sheet_file *f, const char *path, struct error *e) {
    char file[FILE_PATH];
    struct text t = {0};
    if (file_join(file, sizeof file, path, "dataset.json", e) != 0)
        return -1;
    keys_write_object(image_sheet_keys, f, KEYS_SHORT, 2, &t);
    text_printf(&t, "\n");
    return file_write_text(file, &t, 0, e);
}

static int write_all(const struct dataset *d, const char *path, struct arena *a, struct error *e) {
    struct image_sheet_file f = {.height = d->height,
                                 .width = d->width,
                                 .channels = d->channels,
                                 .classes = d->classes,
                                 .multi_label = dataset_multi_label(d)};
    for (int k = 0; k < SPLITS; k++) {
        f.splits[k].labels = f.splits[k].targets = "";
        if (d->split[k].count > 0 && write_split(d, k, path, &f.splits[k], a, e) != 0)
            return -1;
    }
    return write_json(&f, path, e);
}

int image_sheet_write(const struct dataset *d, const char *path, struct error *e) {
    int count;
    if (d->columns.count > 0)
        return error_input(e, "%s: is a table, which cannot be written as sheets", path);
    if (file_make_directory(path, e) != 0)
        return -1;
    char **names = file_list(path, &count, e);
    if (!names)
        return -1;
    free(names);
    if (count > 0)
        return error_input(e, "%s: is not empty; choose a new folder", path);
    struct arena a = {0};
    int result = write_all(d, path, &a, e);
    arena_free(&a);
    if (result != 0)
        file_remove_directory(path); /* it was empty: whatever is in it now is ours */
    return result;
}
