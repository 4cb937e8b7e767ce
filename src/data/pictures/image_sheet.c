#include "data/pictures/image_sheet.h"
#include "base/file.h"
#include "config/keys.h"
#include "data/classes.h"
#include "data/format.h"
#include "data/pictures/conversion.h"
#include "data/targets.h"

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
    int *index; /* the class of each of the file's classes */
    struct thread_pool *pool;
};

/* Makes samples of the tiles of one sheet, from `first` on. Returns how many, or -1. */
static int take_tiles(const struct reading *r, int k, int first, const struct picture *sheet,
                      const char *path, struct error *e) {
    const struct image_sheet_file *f = r->file;
    if (sheet->channels != f->channels)
        return error_input(e, "%s: has %d channels, but dataset.json says %d", path,
                           sheet->channels, f->channels);
    if (sheet->width % f->width != 0 || sheet->height % f->height != 0)
        return error_input(e, "%s: is %d x %d pixels, not a multiple of the tiles' %d x %d", path,
                           sheet->width, sheet->height, f->width, f->height);
    int left = r->d->split[k].count - first;
    int tiles = sheet->width / f->width * (sheet->height / f->height);
    if (left == 0)
        return error_input(e, "%s: is an extra sheet: the %d samples are complete without it", path,
                           first);
    tiles = tiles < left ? tiles : left;
    int result = conversion_tiles(&r->conversion, r->d, k, first, tiles, sheet, f->height, f->width,
                                  r->pool, e);
    return result == 0 ? tiles : -1;
}

/* A sheet that a thread decodes. */
struct sheet {
    const char *folder, *name;
    const uint8_t *background;
    char path[FILE_PATH];
    struct picture picture;
    struct error error;
};

static void decode(void *context, int i) {
    struct sheet *s = (struct sheet *)context + i;
    if (file_join(s->path, sizeof s->path, s->folder, s->name, &s->error) != 0 ||
        picture_read(&s->picture, s->path, s->background, &s->error) != 0)
        return; /* s->error says why */
}

/* Decodes n sheets at a time, then takes their tiles in order, so that the first error is the one
 * reported. `have` is the number of samples so far; returns the new one, or -1. */
static int read_sheets(const struct reading *r, int k, int have, const char *const *names, int n,
                       struct error *e) {
    struct sheet *sheets = calloc((size_t)n, sizeof *sheets);
    if (!sheets)
        return error_memory(e, r->path);
    for (int i = 0; i < n; i++)
        sheets[i] = (struct sheet){
            .folder = r->path, .name = names[i], .background = r->conversion.background};
    thread_pool_run(r->pool, n, decode, sheets);
    for (int i = 0; i < n; i++) {
        int taken = -1;
        if (have >= 0 && sheets[i].error.status != ERROR_NONE)
            *e = sheets[i].error;
        else if (have >= 0)
            taken = take_tiles(r, k, have, &sheets[i].picture, sheets[i].path, e);
        have = taken < 0 ? -1 : have + taken;
        picture_free(&sheets[i].picture);
    }
    free(sheets);
    return have;
}

/* One decimal number per line, one line per sample. */
static int read_labels(const struct reading *r, struct split *s, const char *path,
                       struct error *e) {
    int classes = r->file->classes.count;
    size_t size;
    char *text = file_read(path, MAX_LABELS, &size, e);
    if (!text)
        return -1;
    int n = 0, result = 0;
    for (char *line = text; line < text + size && result == 0; n++) {
        char *end = memchr(line, '\n', (size_t)(text + size - line));
        end = end ? end : text + size;
        int label = 0;
        char *c = line;
        while (c < end && *c >= '0' && *c <= '9' && label < classes)
            label = label * 10 + (*c++ - '0');
        if (c != end || c == line || label >= classes)
            result =
                error_input(e, "%s: line %d: \"%.*s\" is not a class index from 0 to %d", path,
                            n + 1, end - line < 20 ? (int)(end - line) : 20, line, classes - 1);
        else if (n < s->count)
            s->labels[n] = r->index[label];
        line = end + 1;
    }
    free(text);
    if (result == 0 && n != s->count)
        result = error_input(e, "%s: has %d labels for %d samples", path, n, s->count);
    return result;
}

static int read_pictures(const struct reading *r, int k, const struct string_list *sheets,
                         struct error *e) {
    enum { AT_ONCE = 8 }; /* since a decoded sheet may take a lot of memory */
    int threads = thread_pool_threads(r->pool), group = threads < AT_ONCE ? threads : AT_ONCE;
    int have = 0;
    for (int i = 0; i < sheets->count && have >= 0; i += group) {
        int left = sheets->count - i;
        have = read_sheets(r, k, have, sheets->items + i, left < group ? left : group, e);
    }
    return have;
}

static int read_split(const struct reading *r, int k, struct error *e) {
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
    int have = read_pictures(r, k, &from->sheets, e);
    if (have < 0)
        return -1;
    if (have < s->count)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, but its sheets hold %d",
                           path, dataset_splits[k], s->count, have);
    if (s->multi_label && !targets)
        return error_input(
            e, "%s/dataset.json: \"%s\" must have \"targets\", because \"several\" is true", path,
            dataset_splits[k]);
    if (targets == labels)
        return error_input(e, "%s/dataset.json: \"%s\" must have \"labels\" or \"targets\"%s", path,
                           dataset_splits[k], labels ? ", not both" : "");
    if (file_join(file, sizeof file, path, targets ? from->targets : from->labels, e) != 0)
        return -1;
    return targets ? targets_read(d, k, file, e) : read_labels(r, s, file, e);
}

/* Targets have a column per class: their classes cannot be a part of the model's. */
static int set_classes(const struct reading *r, const struct data_options *from, struct error *e) {
    const struct image_sheet_file *f = r->file;
    bool targets = f->multi_label;
    for (int k = 0; k < SPLITS; k++)
        targets = targets || f->splits[k].targets[0];
    struct data_options own = *from;
    own.expected = targets ? NULL : from->expected;
    return classes_set(r->d, &own, &f->classes, r->index, e);
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    const char *path = from->path;
    char json[FILE_PATH];
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
    struct reading r = {d, &f, path, conversion_of(from), NULL, pool};
    r.index = arena_alloc(&d->arena, (size_t)f.classes.count, sizeof *r.index);
    if (result == 0 && !r.index)
        result = error_memory(e, json);
    if (result != 0 || dataset_check_shape(&d->columns, f.height, f.width, f.channels, json, e) ||
        set_classes(&r, from, e) != 0 ||
        conversion_shape(&r.conversion, d, f.height, f.width, f.channels, json, e) != 0)
        return -1;
    for (int k = 0; k < SPLITS; k++) {
        d->split[k].multi_label = f.multi_label;
        if (read_split(&r, k, e) != 0)
            return -1;
    }
    return 0;
}

const struct format image_sheet_format = {recognises, read_dataset};
