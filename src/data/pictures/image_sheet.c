#include "data/pictures/image_sheet.h"
#include "base/file.h"
#include "config/keys.h"
#include "data/format.h"
#include "data/targets.h"
#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_JSON = 10 * 1000 * 1000 };
#define MAX_LABELS ((size_t)1 << 30)

static const struct key split_keys[] = {
    INT_KEY(struct image_sheet_split, samples, NULL, 0, KEY_INT_MAX,
            "number of samples in the split"),
    STRINGS_KEY(struct image_sheet_split, sheets, NULL, "the sheets' file names, in order"),
    STRING_KEY(struct image_sheet_split, labels, "\"\"",
               "a text file with one class index per line, for each sample"),
    STRING_KEY(struct image_sheet_split, targets, "\"\"",
               "a text file with one target per class and sample, instead of labels"),
    END_KEY};

static const char NO_SPLIT[] = "{\"samples\": 0, \"sheets\": []}";

const struct key image_sheet_keys[] = {
    INT_KEY(struct image_sheet_file, height, NULL, 1, PICTURE_MAX_SIDE, "of a sample, in pixels"),
    INT_KEY(struct image_sheet_file, width, NULL, 1, PICTURE_MAX_SIDE, "of a sample, in pixels"),
    INT_KEY(struct image_sheet_file, channels, NULL, 1, 3, "1 for grey, 3 for RGB"),
    STRINGS_KEY(struct image_sheet_file, classes, NULL, "the classes' names"),
    {KEY_AS("several", struct image_sheet_file, multi_label, KEY_BOOL, "false",
            "whether a sample may have any number of labels")},
    SECTION_KEY(struct image_sheet_file, train, NO_SPLIT, split_keys, "the training set"),
    SECTION_KEY(struct image_sheet_file, test, NO_SPLIT, split_keys, "the test set"),
    END_KEY};

static bool recognises(const char *path) {
    char json[FILE_PATH];
    return file_find(json, path, "dataset.json");
}

/* Copies the tiles of one sheet into the samples from `first` on. Returns how many, or -1. */
static int take_tiles(const struct dataset *d, struct split *s, int first,
                      const struct picture *sheet, const char *path, struct error *e) {
    if (sheet->channels != d->channels)
        return error_input(e, "%s: has %d channels, but dataset.json says %d", path,
                           sheet->channels, d->channels);
    if (sheet->width % d->width != 0 || sheet->height % d->height != 0)
        return error_input(e, "%s: is %d x %d pixels, not a multiple of the tiles' %d x %d", path,
                           sheet->width, sheet->height, d->width, d->height);
    int columns = sheet->width / d->width, rows = sheet->height / d->height, taken;
    size_t line = (size_t)d->width * (size_t)d->channels; /* bytes in a line of a tile */
    uint8_t *out = s->pixels + (size_t)first * (size_t)dataset_features(d);
    for (taken = 0; taken < columns * rows && first + taken < s->count; taken++) {
        int top = taken / columns * d->height, left = taken % columns;
        for (int y = 0; y < d->height; y++, out += line)
            memcpy(out, sheet->pixels + ((size_t)(top + y) * (size_t)columns + (size_t)left) * line,
                   line);
    }
    if (taken == 0)
        return error_input(e, "%s: is an extra sheet: the %d samples are complete without it", path,
                           s->count);
    return taken;
}

/* A sheet that a thread decodes. */
struct sheet {
    const char *folder, *name;
    char path[FILE_PATH];
    struct picture picture;
    struct error error;
};

static void decode(void *context, int i) {
    struct sheet *s = (struct sheet *)context + i;
    if (file_join(s->path, sizeof s->path, s->folder, s->name, &s->error) != 0 ||
        picture_read(&s->picture, s->path, PICTURE_BLACK, &s->error) != 0)
        return; /* s->error says why */
}

/* Decodes n sheets at a time, then takes their tiles in order, so that the first error is the one
 * reported. `have` is the number of samples so far; returns the new one, or -1. */
static int read_sheets(struct dataset *d, struct split *s, int have, const char *path,
                       const char *const *names, int n, struct thread_pool *pool, struct error *e) {
    struct sheet *sheets = calloc((size_t)n, sizeof *sheets);
    if (!sheets)
        return error_memory(e, path);
    for (int i = 0; i < n; i++)
        sheets[i] = (struct sheet){.folder = path, .name = names[i]};
    thread_pool_run(pool, n, decode, sheets);
    for (int i = 0; i < n; i++) {
        int taken = -1;
        if (have >= 0 && sheets[i].error.status != ERROR_NONE)
            *e = sheets[i].error;
        else if (have >= 0)
            taken = take_tiles(d, s, have, &sheets[i].picture, sheets[i].path, e);
        have = taken < 0 ? -1 : have + taken;
        picture_free(&sheets[i].picture);
    }
    free(sheets);
    return have;
}

/* One decimal number per line, one line per sample. */
static int read_labels(const struct dataset *d, struct split *s, const char *path,
                       struct error *e) {
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
        while (c < end && *c >= '0' && *c <= '9' && label < d->classes.count)
            label = label * 10 + (*c++ - '0');
        if (c != end || c == line || label >= d->classes.count)
            result = error_input(e, "%s: line %d: \"%.*s\" is not a class index from 0 to %d", path,
                                 n + 1, end - line < 20 ? (int)(end - line) : 20, line,
                                 d->classes.count - 1);
        else if (n < s->count)
            s->labels[n] = label;
        line = end + 1;
    }
    free(text);
    if (result == 0 && n != s->count)
        result = error_input(e, "%s: has %d labels for %d samples", path, n, s->count);
    return result;
}

static int read_pictures(struct dataset *d, struct split *s, const struct string_list *sheets,
                         const char *path, struct thread_pool *pool, struct error *e) {
    enum { AT_ONCE = 8 }; /* since a decoded sheet may take a lot of memory */
    int group = thread_pool_threads(pool) < AT_ONCE ? thread_pool_threads(pool) : AT_ONCE, have = 0;
    for (int i = 0; i < sheets->count && have >= 0; i += group) {
        int left = sheets->count - i;
        have =
            read_sheets(d, s, have, path, sheets->items + i, left < group ? left : group, pool, e);
    }
    return have;
}

static int read_split(struct dataset *d, int k, const struct image_sheet_split *from,
                      const char *path, struct thread_pool *pool, struct error *e) {
    char file[FILE_PATH];
    struct split *s = &d->split[k];
    bool targets = from->targets[0], labels = from->labels[0];
    if (from->samples == 0 && from->sheets.count == 0)
        return 0;
    /* A picture has at most PICTURE_MAX_SIDE^2 pixels. A claim of more samples than the sheets can
     * hold must not cost memory. */
    long long pixels = (long long)from->sheets.count * PICTURE_MAX_SIDE * PICTURE_MAX_SIDE;
    if ((long long)from->samples > pixels / d->height / d->width)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, too many for %d sheets",
                           path, dataset_splits[k], from->samples, from->sheets.count);
    if (dataset_reserve(d, k, from->samples, path, e) != 0)
        return -1;
    int have = read_pictures(d, s, &from->sheets, path, pool, e);
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
    return targets ? targets_read(d, k, file, e) : read_labels(d, s, file, e);
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
    if (result != 0 ||
        dataset_check_shape(&d->columns, f.height, f.width, f.channels, json, e) != 0)
        return -1;
    d->height = f.height;
    d->width = f.width;
    d->channels = f.channels;
    d->classes = f.classes;
    d->split[TRAIN].multi_label = d->split[TEST].multi_label = f.multi_label;
    if (read_split(d, TRAIN, &f.train, path, pool, e) != 0)
        return -1;
    return read_split(d, TEST, &f.test, path, pool, e);
}

const struct format image_sheet_format = {recognises, read_dataset};
