/* PNG sheets: all samples of a split as tiles of a few large pictures, row by row, left to right;
 * the last sheet may end early. A labels file has the class's index for each sample, one a line; in
 * its place, "targets" names a file of a number for each class (targets.c), which "several": true
 * says to be labels, of any number a sample.
 *
 *   dataset.json   {"height": 28, "width": 28, "channels": 1, "classes": ["0", ...],
 *                   "train": {"samples": 60000, "sheets": ["train-00.png", ...],
 *                             "labels": "train-labels.txt"}, "test": {...}} */
#include "base/file.h"
#include "base/text.h"
#include "config/keys.h"
#include "data/formats.h"
#include "data/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_JSON = 10 * 1000 * 1000, SHEET_SIDE = 1400 };
#define MOST_LABELS ((size_t)1 << 30)

struct sheet_split {
    int samples;
    struct string_list sheets;
    const char *labels, *targets; /* the one or the other; "" */
};

struct sheet_file {
    int height, width, channels;
    struct string_list classes;
    bool several;
    struct sheet_split train, test;
};

static const struct key split_keys[] = {
    INT_KEY(struct sheet_split, samples, NULL, 0, KEY_INT_MAX, "how many samples the split has"),
    STRINGS_KEY(struct sheet_split, sheets, NULL, "the sheets' file names, in order"),
    STRING_KEY(struct sheet_split, labels, "\"\"",
               "a text file with the class's index for each sample, one a line"),
    STRING_KEY(struct sheet_split, targets, "\"\"",
               "a text file with a share of each class for each sample, in the place of labels"),
    END_KEY};

static const char NO_SPLIT[] = "{\"samples\": 0, \"sheets\": []}";

static const struct key file_keys[] = {
    INT_KEY(struct sheet_file, height, NULL, 1, PICTURE_SIDE, "of a sample, in pixels"),
    INT_KEY(struct sheet_file, width, NULL, 1, PICTURE_SIDE, "of a sample, in pixels"),
    INT_KEY(struct sheet_file, channels, NULL, 1, 3, "1 for grey, 3 for RGB"),
    STRINGS_KEY(struct sheet_file, classes, NULL, "the classes' names"),
    BOOL_KEY(struct sheet_file, several, "false",
             "whether a sample may be of several classes, or of none"),
    SECTION_KEY(struct sheet_file, train, NO_SPLIT, split_keys, "the training set"),
    SECTION_KEY(struct sheet_file, test, NO_SPLIT, split_keys, "the test set"),
    END_KEY};

bool image_sheet_recognises(const char *path) {
    char json[FILE_PATH];
    struct error ignored = {0};
    return file_join(json, sizeof json, path, "dataset.json", &ignored) == 0 && file_exists(json);
}

/* ---- reading ---- */

/* The tiles of one sheet, from sample `first` on; returns how many it held, or -1. */
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
        return error_input(e, "%s: is one sheet too many: the %d samples are complete", path,
                           s->count);
    return taken;
}

enum { AT_ONCE = 8 }; /* sheets decoded side by side: each may take a lot of memory */

struct image_sheet {
    const char *folder, *name;
    char path[FILE_PATH];
    struct picture picture;
    struct error error;
};

static void decode(void *context, int i) {
    struct image_sheet *s = (struct image_sheet *)context + i;
    if (file_join(s->path, sizeof s->path, s->folder, s->name, &s->error) != 0 ||
        picture_read(&s->picture, s->path, &s->error) != 0)
        return; /* s->error says why */
}

/* The n sheets of these names, which the pool decodes together; then their tiles are taken in
 * order, so that the first mistake is the one that is reported. `have` is how many samples there
 * were; returns how many there are now, or -1. */
static int read_sheets(struct dataset *d, struct split *s, int have, const char *path,
                       const char *const *names, int n, struct thread_pool *pool, struct error *e) {
    struct image_sheet *sheets = calloc((size_t)n, sizeof *sheets);
    if (!sheets)
        return error_memory(e, path);
    for (int i = 0; i < n; i++)
        sheets[i] = (struct image_sheet){.folder = path, .name = names[i]};
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

/* One decimal number a line, and as many lines as samples. */
static int read_labels(const struct dataset *d, struct split *s, const char *path,
                       struct error *e) {
    size_t size;
    char *text = file_read(path, MOST_LABELS, &size, e);
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
            result =
                error_input(e, "%s: line %d: \"%.*s\" is not a class's index, 0 to %d", path, n + 1,
                            end - line < 20 ? (int)(end - line) : 20, line, d->classes.count - 1);
        else if (n < s->count)
            s->labels[n] = label;
        line = end + 1;
    }
    free(text);
    if (result == 0 && n != s->count)
        result = error_input(e, "%s: has %d labels for %d samples", path, n, s->count);
    return result;
}

static int read_split(struct dataset *d, int k, const struct sheet_split *from, const char *path,
                      struct thread_pool *pool, struct error *e) {
    char file[FILE_PATH];
    struct split *s = &d->split[k];
    if (from->samples == 0 && from->sheets.count == 0)
        return 0;
    /* A picture has at most PICTURE_SIDE^2 pixels: more samples than its sheets can hold are a lie
     * that should not cost memory. */
    long long pixels = (long long)from->sheets.count * PICTURE_SIDE * PICTURE_SIDE;
    if ((long long)from->samples > pixels / d->height / d->width)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, too many for %d sheets",
                           path, dataset_splits[k], from->samples, from->sheets.count);
    if (dataset_reserve(d, k, from->samples, path, e) != 0)
        return -1;
    int have = 0;
    int group = thread_pool_threads(pool) < AT_ONCE ? thread_pool_threads(pool) : AT_ONCE;
    for (int i = 0; i < from->sheets.count; i += group) {
        int left = from->sheets.count - i;
        have = read_sheets(d, s, have, path, from->sheets.items + i, left < group ? left : group,
                           pool, e);
        if (have < 0)
            return -1;
    }
    if (have < s->count)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, but its sheets hold %d",
                           path, dataset_splits[k], s->count, have);
    bool shares = from->targets[0];
    if (s->multi_label && !shares)
        return error_input(e,
                           "%s/dataset.json: \"%s\" must have \"targets\", since a sample has "
                           "\"several\" labels",
                           path, dataset_splits[k]);
    if (shares == (bool)from->labels[0])
        return error_input(e, "%s/dataset.json: \"%s\" must have \"labels\" or \"targets\"%s", path,
                           dataset_splits[k], shares ? ", not both" : "");
    if (file_join(file, sizeof file, path, shares ? from->targets : from->labels, e) != 0)
        return -1;
    return shares ? targets_read(d, k, file, e) : read_labels(d, s, file, e);
}

static int check_file(const struct sheet_file *f, const char *path, struct error *e) {
    if (f->classes.count == 0)
        return error_input(e, "%s: \"classes\" is empty", path);
    return dataset_check_size(f->height, f->width, f->channels, path, e);
}

int image_sheet_read(struct dataset *d, const struct data_options *from, struct thread_pool *pool,
                     struct error *e) {
    const char *path = from->path;
    char json[FILE_PATH];
    size_t size;
    struct sheet_file f = {0};
    if (file_join(json, sizeof json, path, "dataset.json", e) != 0)
        return -1;
    char *text = file_read(json, MOST_JSON, &size, e);
    if (!text)
        return -1;
    int result = keys_read(file_keys, text, size, json, NULL, &d->arena, &f, e);
    free(text);
    if (result != 0 || check_file(&f, json, e) != 0)
        return -1;
    d->height = f.height;
    d->width = f.width;
    d->channels = f.channels;
    d->classes = f.classes;
    d->split[TRAIN].multi_label = d->split[TEST].multi_label = f.several;
    if (read_split(d, TRAIN, &f.train, path, pool, e) != 0)
        return -1;
    return read_split(d, TEST, &f.test, path, pool, e);
}

/* ---- writing ---- */

static int write_sheet(const struct dataset *d, const struct split *s, int first, int count,
                       int columns, const char *path, struct error *e) {
    int rows = (count + columns - 1) / columns;
    size_t line = (size_t)d->width * (size_t)d->channels;
    struct picture sheet = {columns * d->width, rows * d->height, d->channels, NULL};
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
    int result = t.failed ? error_memory(e, path) : file_write(path, t.data, t.size, e);
    text_free(&t);
    return result;
}

/* Sheets and labels or targets of one split, and its section of dataset.json. */
static int write_split(const struct dataset *d, int k, const char *path, struct json *j,
                       struct error *e) {
    const struct split *s = &d->split[k];
    char file[FILE_PATH], name[64];
    int columns = SHEET_SIDE / d->width > 0 ? SHEET_SIDE / d->width : 1;
    int rows = SHEET_SIDE / d->height > 0 ? SHEET_SIDE / d->height : 1;
    int digits = snprintf(name, sizeof name, "%d", (s->count - 1) / (columns * rows));

    json_open(j, dataset_splits[k], '{');
    json_int(j, "samples", s->count);
    json_open(j, "sheets", '[');
    for (int first = 0, i = 0; first < s->count; first += columns * rows, i++) {
        int count = s->count - first < columns * rows ? s->count - first : columns * rows;
        snprintf(name, sizeof name, "%s-%0*d.png", dataset_splits[k], digits, i);
        json_string(j, NULL, name);
        if (file_join(file, sizeof file, path, name, e) != 0 ||
            write_sheet(d, s, first, count, columns, file, e) != 0)
            return -1;
    }
    json_close(j, ']');
    const char *what = s->targets ? "targets" : "labels";
    snprintf(name, sizeof name, "%s-%s.txt", dataset_splits[k], what);
    json_string(j, what, name);
    json_close(j, '}');
    if (file_join(file, sizeof file, path, name, e) != 0)
        return -1;
    return s->targets ? targets_write(d, k, file, e) : write_labels(s, file, e);
}

static int write_all(const struct dataset *d, const char *path, struct text *t, struct error *e) {
    char file[FILE_PATH];
    struct json j = {.out = t, .lines = 2};
    json_open(&j, NULL, '{');
    json_int(&j, "height", d->height);
    json_int(&j, "width", d->width);
    json_int(&j, "channels", d->channels);
    json_open(&j, "classes", '[');
    for (int i = 0; i < d->classes.count; i++)
        json_string(&j, NULL, d->classes.items[i]);
    json_close(&j, ']');
    if (dataset_multi_label(d))
        json_bool(&j, "several", true);
    for (int k = 0; k < SPLITS; k++)
        if (d->split[k].count > 0 && write_split(d, k, path, &j, e) != 0)
            return -1;
    json_close(&j, '}');
    text_printf(t, "\n");
    if (t->failed)
        return error_memory(e, path);
    if (file_join(file, sizeof file, path, "dataset.json", e) != 0)
        return -1;
    return file_write(file, t->data, t->size, e);
}

int image_sheet_write(const struct dataset *d, const char *path, struct error *e) {
    int count;
    if (d->columns.count > 0)
        return error_input(e, "%s: sheets hold pictures, not a table", path);
    if (file_make_directory(path, e) != 0)
        return -1;
    char **names = file_list(path, &count, e);
    if (!names)
        return -1;
    free(names);
    if (count > 0)
        return error_input(e, "%s: is not empty; give a new folder", path);
    struct text t = {0};
    int result = write_all(d, path, &t, e);
    text_free(&t);
    if (result != 0)
        file_remove_directory(path); /* it was empty before: whatever is in it now is ours */
    return result;
}
