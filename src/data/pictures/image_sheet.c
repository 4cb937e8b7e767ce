#include "data/pictures/image_sheet.h"
#include "base/file.h"
#include "base/text.h"
#include "config/keys.h"
#include "data/classes.h"
#include "data/formats.h"
#include "data/pictures/conversion.h"
#include "data/targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_JSON = 10 * 1000 * 1000 };
#define MAX_LABELS ((size_t)1 << 30)
#define NO_SPLIT   "{\"samples\": 0, \"sheets\": []}"

static const struct key split_keys[] = {
    INT_KEY(struct image_sheet_split, samples, NULL, 0, KEY_INT_MAX,
            "number of samples in the split"),
    STRINGS_KEY(struct image_sheet_split, sheets, NULL, "the sheets' file names, in order"),
    STRING_KEY(struct image_sheet_split, labels, "\"\"",
               "a text file with one class index per line, for each sample"),
    STRING_KEY(struct image_sheet_split, targets, "\"\"",
               "a text file with one target per class and sample, instead of labels"),
    END_KEY};

#define SPLIT_KEY(name, split, help)                                                               \
    {                                                                                              \
        KEY_AS(name, struct image_sheet_file, splits[split], KEY_SECTION, NO_SPLIT, help),         \
            .keys = split_keys                                                                     \
    }

const struct key image_sheet_keys[] = {
    INT_KEY(struct image_sheet_file, height, NULL, 1, PICTURE_MAX_SIDE, "of a sample, in pixels"),
    INT_KEY(struct image_sheet_file, width, NULL, 1, PICTURE_MAX_SIDE, "of a sample, in pixels"),
    INT_KEY(struct image_sheet_file, channels, NULL, 1, 3, "1 for grey, 3 for RGB"),
    STRINGS_KEY(struct image_sheet_file, classes, NULL, "the classes' names"),
    {KEY_AS("several", struct image_sheet_file, multi_label, KEY_BOOL, "false",
            "whether a sample may have any number of labels")},
    SPLIT_KEY("train", TRAIN, "the training set"),
    SPLIT_KEY("test", TEST, "the test set"),
    SPLIT_KEY("validation", VALIDATION, "the validation set"),
    END_KEY};

static bool recognises(const char *path) {
    char json[FILE_PATH];
    return file_find(json, path, "dataset.json");
}

/* What reading the sheets takes. */
struct reading {
    struct dataset *d;
    const struct image_sheet_file *file;
    const char *path;
    struct conversion conversion;
    const int *class; /* the class of each of the file's classes */
};

/* The tile at (left, top) of a sheet, without pixels if there is no memory. */
static struct picture cut(const struct picture *sheet, int left, int top, int height, int width) {
    struct picture p = {.width = width, .height = height, .channels = sheet->channels};
    size_t channels = (size_t)p.channels, line = (size_t)width * channels;
    p.pixels = malloc(picture_size(&p));
    for (int y = 0; y < height && p.pixels; y++)
        memcpy(p.pixels + (size_t)y * line,
               sheet->pixels + ((size_t)(top + y) * (size_t)sheet->width + (size_t)left) * channels,
               line);
    return p;
}

/* Makes samples of the tiles of one sheet, from `first` on. Returns how many, or -1. */
static int take_tiles(struct reading *r, int k, int first, const struct picture *sheet,
                      const char *path, struct error *e) {
    const struct image_sheet_file *f = r->file;
    if (sheet->channels != f->channels)
        return error_input(e, "%s: has %d channels, but dataset.json says %d", path,
                           sheet->channels, f->channels);
    if (sheet->width % f->width != 0 || sheet->height % f->height != 0)
        return error_input(e, "%s: is %d x %d pixels, not a multiple of the tiles' %d x %d", path,
                           sheet->width, sheet->height, f->width, f->height);
    int left = r->d->split[k].count - first, columns = sheet->width / f->width;
    int tiles = columns * (sheet->height / f->height);
    if (left == 0)
        return error_input(e, "%s: is an extra sheet: the %d samples are complete without it", path,
                           first);
    tiles = tiles < left ? tiles : left;
    for (int i = 0; i < tiles; i++) {
        struct picture tile =
            cut(sheet, i % columns * f->width, i / columns * f->height, f->height, f->width);
        int result = tile.pixels ? conversion_store(&r->conversion, &tile, r->d, k, first + i, e)
                                 : error_memory(e, path);
        conversion_count(&r->conversion, tile.changes);
        picture_free(&tile);
        if (result != 0)
            return -1;
    }
    return tiles;
}

/* Returns the number of samples in the sheets, or -1. */
static int read_sheets(struct reading *r, int k, struct error *e) {
    const struct string_list *sheets = &r->file->splits[k].sheets;
    int have = 0;
    for (int i = 0; i < sheets->count; i++) {
        char path[FILE_PATH];
        struct picture sheet = {0};
        int tiles = -1;
        if (file_join(path, sizeof path, r->path, sheets->items[i], e) == 0 &&
            picture_read(&sheet, path, r->conversion.background, e) == 0)
            tiles = take_tiles(r, k, have, &sheet, path, e);
        picture_free(&sheet);
        if (tiles < 0)
            return -1;
        have += tiles;
    }
    return have;
}

/* One decimal number per line, one line per sample. */
static int parse_labels(const struct reading *r, struct split *s, const char *text, size_t size,
                        const char *path, struct error *e) {
    int n = 0, classes = r->file->classes.count;
    for (const char *at = text; at < text + size; n++) {
        size_t length = strcspn(at, "\n");
        long label = strtol(at, NULL, 10); /* LONG_MAX if it is larger */
        if (length == 0 || strspn(at, "0123456789") != length || label >= classes)
            return error_input(e, "%s: line %d: \"%.*s\" is not a class index from 0 to %d", path,
                               n + 1, length < 20 ? (int)length : 20, at, classes - 1);
        if (n < s->count)
            s->labels[n] = r->class[label];
        at += length + (at[length] == '\n');
    }
    return n == s->count ? 0
                         : error_input(e, "%s: has %d labels for %d samples", path, n, s->count);
}

static int read_labels(const struct reading *r, struct split *s, const char *path,
                       struct error *e) {
    size_t size;
    char *text = file_read(path, MAX_LABELS, &size, e);
    int result = text ? parse_labels(r, s, text, size, path, e) : -1;
    free(text);
    return result;
}

static int read_split(struct reading *r, int k, struct error *e) {
    char file[FILE_PATH];
    const char *path = r->path;
    const struct image_sheet_split *from = &r->file->splits[k];
    struct dataset *d = r->d;
    struct split *s = &d->split[k];
    bool targets = from->targets[0], labels = from->labels[0];
    if (from->samples == 0 && from->sheets.count == 0)
        return 0;
    /* A picture has at most PICTURE_MAX_SIDE^2 pixels. A claim of more samples than the sheets can
     * hold must not cost memory. */
    long long pixels = (long long)from->sheets.count * PICTURE_MAX_SIDE * PICTURE_MAX_SIDE;
    if ((long long)from->samples > pixels / r->file->height / r->file->width)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, too many for %d sheets",
                           path, dataset_splits[k], from->samples, from->sheets.count);
    if (dataset_reserve(d, k, from->samples, path, e) != 0)
        return -1;
    int have = read_sheets(r, k, e);
    if (have < 0)
        return -1;
    if (have < s->count)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, but its sheets hold %d",
                           path, dataset_splits[k], s->count, have);
    if (targets == labels || (s->multi_label && labels))
        return error_input(
            e,
            "%s/dataset.json: \"%s\" must have either \"labels\" or \"targets\", and "
            "\"targets\" if \"several\" is true",
            path, dataset_splits[k]);
    if (file_join(file, sizeof file, path, targets ? from->targets : from->labels, e) != 0)
        return -1;
    return targets ? targets_read(d, k, file, e) : read_labels(r, s, file, e);
}

/* Targets have a column per class: their classes cannot be a part of the model's. */
static int set_classes(struct reading *r, const struct data_options *from, struct error *e) {
    const struct image_sheet_file *f = r->file;
    bool targets = f->multi_label;
    for (int k = 0; k < SPLITS; k++)
        targets = targets || f->splits[k].targets[0];
    struct data_options own = *from;
    own.expected = targets ? NULL : from->expected;
    r->class = classes_set(r->d, &own, &f->classes, f->classes.count, false, e);
    return r->class ? 0 : -1;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    const char *path = from->path;
    char json[FILE_PATH];
    (void)pool;
    size_t size;
    struct image_sheet_file f = {0};
    if (file_join(json, sizeof json, path, "dataset.json", e) != 0)
        return -1;
    char *text = file_read(json, MAX_JSON, &size, e);
    if (!text)
        return -1;
    int result = keys_read(image_sheet_keys, text, size, json, NULL, &d->arena, &f, e);
    free(text);
    if (result == 0 && f.classes.count == 0)
        result = error_input(e, "%s: \"classes\" is empty", json);
    struct reading r = {d, &f, path, conversion_of(from), NULL};
    if (result != 0 || dataset_check_shape(&d->columns, f.height, f.width, f.channels, json, e) ||
        set_classes(&r, from, e) != 0 ||
        conversion_shape(&r.conversion, d, f.height, f.width, f.channels, json, e) != 0)
        return -1;
    for (int k = 0; k < SPLITS; k++) {
        d->split[k].multi_label = f.multi_label;
        if (read_split(&r, k, e) != 0)
            return -1;
    }
    return conversion_note(&r.conversion, d, e);
}

/* ---- writing ---- */

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
        return error_input(e, "%s: is a table; only pictures can be written as sheets", path);
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

const struct format image_sheet_format = {DATA_PICTURES, "correct it, or pack the dataset again",
                                          recognises, read_dataset};
