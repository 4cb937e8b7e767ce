#include "data/pictures/image_sheet.h"
#include "base/file.h"
#include "config/keys.h"
#include "data/formats.h"
#include "data/pictures/conversion.h"

enum { MAX_JSON = 10 * 1000 * 1000 };
#define NO_SPLIT "{\"samples\": 0, \"sheets\": []}"

/* dataset.json, as the keys read and write it. */
struct split_section {
    int samples;
    struct string_list sheets;
    const char *labels, *targets; /* one of them; the other is "" */
};

struct sheet_file {
    int height, width, channels;
    struct string_list classes;
    bool multi_label;
    struct split_section splits[SPLITS];
};

static const struct key split_keys[] = {
    INT_KEY(struct split_section, samples, NULL, 0, KEY_INT_MAX, "number of samples in the split"),
    STRINGS_KEY(struct split_section, sheets, NULL, "the sheets' file names, in order"),
    STRING_KEY(struct split_section, labels, "\"\"",
               "a text file with the class index of each sample, one per line"),
    STRING_KEY(struct split_section, targets, "\"\"",
               "a text file with the targets of each sample instead, one per class"),
    END_KEY};

#define SPLIT_KEY(name, split, help)                                                               \
    {                                                                                              \
        KEY_AS(name, struct sheet_file, splits[split], KEY_SECTION, NO_SPLIT, help),               \
            .keys = split_keys                                                                     \
    }

static const struct key file_keys[] = {
    INT_KEY(struct sheet_file, height, NULL, 1, PICTURE_MAX_SIDE, "of a sample, in pixels"),
    INT_KEY(struct sheet_file, width, NULL, 1, PICTURE_MAX_SIDE, "of a sample, in pixels"),
    INT_KEY(struct sheet_file, channels, NULL, 1, 3, "1 for grey, 3 for RGB"),
    STRINGS_KEY(struct sheet_file, classes, NULL, "the classes' names"),
    {KEY_AS("several", struct sheet_file, multi_label, KEY_BOOL, "false",
            "whether a sample may have any number of labels")},
    SPLIT_KEY("train", TRAIN, "the training set"),
    SPLIT_KEY("test", TEST, "the test set"),
    SPLIT_KEY("validation", VALIDATION, "the validation set"),
    END_KEY};

static bool recognises(const char *path, struct error *e) {
    char json[FILE_PATH];
    return file_find(json, path, "dataset.json", e);
}

/* What reading the sheets takes. */
struct reading {
    struct conversion conversion;
    struct sheet_file file;
    const char *path;
    const int *class; /* the dataset's class for each of the file's classes */
    struct thread_pool *pool;
};

/* Makes samples of the tiles of one sheet, after the *have samples of earlier sheets. */
static int take_tiles(struct reading *r, int k, int *have, const struct picture *sheet,
                      const char *path, struct error *e) {
    const struct sheet_file *f = &r->file;
    if (sheet->channels != f->channels)
        return error_input(e, "%s: has %d channels, but dataset.json says %d", path,
                           sheet->channels, f->channels);
    if (sheet->width % f->width != 0 || sheet->height % f->height != 0)
        return error_input(e, "%s: is %d x %d pixels, not a multiple of the tiles' %d x %d", path,
                           sheet->width, sheet->height, f->width, f->height);
    int samples = f->splits[k].samples, columns = sheet->width / f->width;
    int tiles = columns * (sheet->height / f->height);
    if (*have == samples)
        return error_input(e, "%s: is an extra sheet: the %d samples are complete without it", path,
                           samples);
    for (int i = 0; i < tiles && *have < samples; i++, ++*have) {
        struct picture tile = picture_alloc(f->width, f->height, f->channels);
        size_t line = (size_t)f->width * (size_t)f->channels;
        if (!tile.pixels)
            return error_memory(e, path);
        for (int y = 0; y < f->height; y++)
            memcpy(tile.pixels + (size_t)y * line,
                   picture_pixel(sheet, i % columns * f->width, i / columns * f->height + y), line);
        if (conversion_store(&r->conversion, &tile, k, *have, e) != 0)
            return -1;
    }
    return 0;
}

/* The path of a file that dataset.json names, which must not lead out of its folder: the dataset
 * may come from a stranger. */
static int find(char path[FILE_PATH], const char *folder, const char *name, struct error *e) {
    bool leaves = *name == '/';
    for (const char *p = name; *p && !leaves; p++)
        leaves = (p == name || p[-1] == '/') && strncmp(p, "..", 2) == 0 && (!p[2] || p[2] == '/');
    return leaves ? error_input(e,
                                "%s/dataset.json: names %s, which is outside its folder; move the "
                                "file into it",
                                folder, name)
                  : file_join(path, FILE_PATH, folder, name, e);
}

/* Sheets that are in memory at once, each read by a thread. */
enum { AT_ONCE = 8 };
struct batch {
    const struct reading *r;
    const char *const *names;
    char path[AT_ONCE][FILE_PATH];
    struct picture sheet[AT_ONCE];
    struct error why[AT_ONCE];
};

static void read_sheet(void *context, int i) {
    struct batch *b = context;
    const uint8_t *background = b->r->conversion.background;
    if (find(b->path[i], b->r->path, b->names[i], &b->why[i]) != 0 ||
        picture_read(&b->sheet[i], b->path[i], background, &b->why[i]) != 0)
        return; /* b->why[i] says why */
}

/* Makes the samples of a split from all sheets. However many threads there are, the first bad sheet
 * in the list is the one that is reported. */
static int read_sheets(struct reading *r, int k, struct error *e) {
    const struct split_section *from = &r->file.splits[k];
    const struct string_list *sheets = &from->sheets;
    int have = 0, result = 0, n = thread_pool_threads(r->pool);
    n = n < AT_ONCE ? n : AT_ONCE;
    for (int first = 0; first < sheets->count && result == 0; first += n) {
        struct batch b = {.r = r, .names = sheets->items + first};
        n = sheets->count - first < n ? sheets->count - first : n;
        thread_pool_run(r->pool, n, read_sheet, &b);
        for (int i = 0; i < n; i++) {
            if (result == 0 && b.why[i].status != ERROR_NONE)
                result = error_record(e, b.why[i].status, "%s", b.why[i].text);
            else if (result == 0)
                result = take_tiles(r, k, &have, &b.sheet[i], b.path[i], e);
            picture_free(&b.sheet[i]);
        }
    }
    if (result == 0 && have < from->samples)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, but its sheets hold %d",
                           r->path, dataset_splits[k], from->samples, have);
    return result;
}

static int read_split(struct reading *r, int k, struct error *e) {
    char file[FILE_PATH];
    const char *path = r->path, *name = dataset_splits[k];
    const struct split_section *from = &r->file.splits[k];
    struct dataset *d = r->conversion.d;
    bool targets = from->targets[0], labels = from->labels[0];
    d->split[k].multi_label = r->file.multi_label;
    if (from->samples == 0 && from->sheets.count == 0)
        return 0;
    if (targets == labels || (r->file.multi_label && labels))
        return error_input(e,
                           "%s/dataset.json: \"%s\" must have either \"labels\" or \"targets\", "
                           "and \"targets\" if \"several\" is true",
                           path, name);
    /* A sheet has at most PICTURE_MAX_SIDE^2 pixels. A claim of more samples than the sheets can
     * hold must not cost memory. */
    long long pixels = (long long)from->sheets.count * PICTURE_MAX_SIDE * PICTURE_MAX_SIDE;
    if ((long long)from->samples > pixels / r->file.height / r->file.width)
        return error_input(e, "%s/dataset.json: \"%s\" has %d samples, too many for %d sheets",
                           path, name, from->samples, from->sheets.count);
    if (dataset_reserve(d, k, from->samples, path, e) != 0 || read_sheets(r, k, e) != 0 ||
        find(file, path, targets ? from->targets : from->labels, e) != 0)
        return -1;
    return targets_read(d, k, targets ? NULL : r->class, r->file.classes.count, file, e);
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    struct reading r = {.conversion = conversion_of(d, from), .path = from->path, .pool = pool};
    const struct sheet_file *f = &r.file;
    struct data_options own = *from;
    char json[FILE_PATH];
    size_t size;
    if (file_join(json, sizeof json, from->path, "dataset.json", e) != 0)
        return -1;
    SCOPED_MEMORY char *text = file_read(json, MAX_JSON, &size, e);
    if (!text || keys_read(file_keys, text, size, json, NULL, &d->arena, &r.file, e) != 0)
        return -1;
    if (f->classes.count == 0)
        return error_input(e, "%s: \"classes\" is empty", json);
    /* With one target per class, the classes cannot be a part of the model's. */
    for (int k = 0; k < SPLITS; k++)
        if (f->multi_label || f->splits[k].targets[0])
            own.expected = NULL;
    if (!(r.class = classes_set(d, &own, &f->classes, f->classes.count, false, e)) ||
        conversion_shape(&r.conversion, f->height, f->width, f->channels, json, e) != 0)
        return -1;
    for (int k = 0; k < SPLITS; k++)
        if (read_split(&r, k, e) != 0)
            return -1;
    conversion_note(&r.conversion, e);
    return 0;
}

/* ---- writing ---- */

enum { SHEET_SIDE = 1400 }; /* about, in pixels */

static int write_sheet(const struct dataset *d, const uint8_t *tiles, int count, int columns,
                       const char *path, struct error *e) {
    size_t line = (size_t)d->width * (size_t)d->channels;
    int rows = (count + columns - 1) / columns;
    SCOPED(picture) sheet = picture_alloc(columns * d->width, rows * d->height, d->channels);
    if (!sheet.pixels)
        return error_memory(e, path);
    for (int i = 0; i < count; i++)
        for (int y = 0; y < d->height; y++, tiles += line)
            memcpy(picture_pixel(&sheet, i % columns * d->width, i / columns * d->height + y),
                   tiles, line);
    return picture_write(&sheet, path, e);
}

/* Writes a split's sheets, and its labels or targets; *f becomes its section of dataset.json. */
static int write_split(const struct dataset *d, int k, const char *path, struct split_section *f,
                       struct arena *a, struct error *e) {
    const struct split *s = &d->split[k];
    char file[FILE_PATH];
    int columns = SHEET_SIDE / d->width > 0 ? SHEET_SIDE / d->width : 1;
    int rows = SHEET_SIDE / d->height > 0 ? SHEET_SIDE / d->height : 1, tiles = columns * rows;
    int sheets = (s->count - 1) / tiles + 1, digits = snprintf(NULL, 0, "%d", sheets - 1);
    const char *what = s->targets ? "targets" : "labels";
    char *name = arena_printf(a, "%s-%s.txt", dataset_splits[k], what);
    f->samples = s->count;
    *(s->targets ? &f->targets : &f->labels) = name;
    f->sheets.items = arena_alloc(a, (size_t)sheets, sizeof *f->sheets.items);
    if (!f->sheets.items || !name)
        return error_memory(e, path);
    if (file_join(file, sizeof file, path, name, e) != 0 || targets_write(d, k, file, e) != 0)
        return -1;
    for (int i = 0; i < sheets; i++) {
        int first = i * tiles, count = s->count - first < tiles ? s->count - first : tiles;
        const uint8_t *from = s->pixels + (size_t)first * (size_t)dataset_features(d);
        name = arena_printf(a, "%s-%0*d.png", dataset_splits[k], digits, i);
        if (!name)
            return error_memory(e, path);
        f->sheets.items[f->sheets.count++] = name;
        if (file_join(file, sizeof file, path, name, e) != 0 ||
            write_sheet(d, from, count, columns, file, e) != 0)
            return -1;
    }
    return 0;
}

static int write_all(const struct dataset *d, const char *path, struct arena *a, struct error *e) {
    struct sheet_file f = {.height = d->height,
                           .width = d->width,
                           .channels = d->channels,
                           .classes = d->classes,
                           .multi_label = dataset_multi_label(d)};
    char json[FILE_PATH];
    struct text t = {0};
    for (int k = 0; k < SPLITS; k++) {
        f.splits[k].labels = f.splits[k].targets = "";
        if (d->split[k].count > 0 && write_split(d, k, path, &f.splits[k], a, e) != 0)
            return -1;
    }
    if (file_join(json, sizeof json, path, "dataset.json", e) != 0)
        return -1;
    keys_write_object(file_keys, &f, KEYS_SHORT, 2, &t);
    text_printf(&t, "\n");
    return file_write_text(json, &t, 0, e);
}

int image_sheet_write(const struct dataset *d, const char *path, struct error *e) {
    char file[FILE_PATH];
    int count;
    if (d->columns.count > 0)
        return error_input(e, "%s: is a table; only images can be written as sheets", path);
    if (file_make_directory(path, e) != 0)
        return -1;
    SCOPED_MEMORY char **names = file_list(path, &count, e);
    if (!names)
        return -1;
    bool begun = file_find(file, path, "train-0.png", e) || file_find(file, path, "test-0.png", e);
    if (count > 0)
        return error_input(e,
                           begun && !recognises(path, e)
                               ? "%s: is what an interrupted onehot pack left, since it has no "
                                 "dataset.json; remove it, or choose a new folder"
                               : "%s: is not empty; choose a new folder",
                           path);
    SCOPED(arena) a = {0};
    int result = write_all(d, path, &a, e);
    if (result != 0)
        file_remove_directory(path); /* it was empty: whatever is in it now is ours */
    return result;
}

const struct format image_sheet_format = {DATA_PICTURES, "correct it, or pack the dataset again",
                                          recognises, read_dataset};
