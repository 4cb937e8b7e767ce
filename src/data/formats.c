#include "data/formats.h"
#include "base/file.h"

extern const struct format synthetic_format, csv_format, image_sheet_format, folder_format,
    idx_format;

/* The first format that recognises the path reads it. Class folders are weaker evidence than
 * names of files, so folder_format comes last. */
static const struct format *const formats[] = {
    &synthetic_format, &csv_format, &image_sheet_format, &idx_format, &folder_format,
};

static const struct format *find(const char *path, struct error *e) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->recognises(path, e))
            return formats[i];
    return NULL;
}

bool formats_recognise(const char *path, struct error *e) { return find(path, e) != NULL; }

/* Refuses a folder that contains datasets, as an unpacked archive often does. Returns whether it
 * contains any. */
static bool refuse_parent(const char *path, struct error *e) {
    int count = 0, found = 0;
    SCOPED_MEMORY char **names = file_list(path, &count, e);
    char inner[FILE_PATH], first[FILE_PATH] = "";
    for (int i = 0; i < count; i++)
        if (file_find(inner, path, names[i], e) && file_is_directory(inner, e) &&
            formats_recognise(inner, e) && found++ == 0)
            strcpy(first, inner);
    if (found > 0)
        error_input(e, "%s: is not a dataset, but contains %d; set data.path=%s%s", path, found,
                    first, found > 1 ? " or another, or name them train, test and val" : "");
    return found > 0;
}

static void unknown(const char *path, struct error *e) {
    if (!file_exists(path, e))
        error_input(e, "%s: there is no such dataset in the current folder or the config's", path);
    else if (!file_is_directory(path, e))
        error_input(e,
                    "%s: is a file, but not a table (.csv, .tsv, .txt or .data, also with .gz); "
                    "unpack an archive, save a workbook as CSV, or name the folder of an image",
                    path);
    else if (!refuse_parent(path, e))
        error_input(e,
                    "%s: is not a dataset: it has no class folders of images (train/CLASS/*.png, "
                    "CLASS/*.jpg), labels.csv, dataset.json, train-images-idx3-ubyte[.gz] or "
                    "train.csv; docs/data.md shows each layout",
                    path);
}

/* Refuses an option that is set, but has no effect on such data. */
static int refuse_useless(int kind, const struct data_options *o, struct error *e) {
    const struct {
        const char *key;
        bool set;
        int kinds;
    } keys[] = {
        {"size", o->size.count > 0, DATA_PICTURES},
        {"channels", o->channels > 0, DATA_PICTURES},
        {"background", o->background.count > 0 || o->background.word > 0, DATA_PICTURES},
        {"transpose", o->transpose, DATA_PICTURES},
        {"label", strcmp(o->label, "label") != 0, DATA_TABLE | DATA_LABELS},
        {"header", o->header != HEADER_AUTO, DATA_TABLE},
        {"ignore", o->ignore.count > 0, DATA_TABLE},
        {"columns", o->columns.count > 0, DATA_TABLE},
        {"missing", o->missing != MISSING_REFUSE, DATA_TABLE},
    };
    const char *what = kind & DATA_TABLE      ? "a table"
                       : kind & DATA_PICTURES ? "a dataset of images"
                                              : "a synthetic dataset";
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].set && !(keys[i].kinds & kind))
            return error_input(e, "%s: is %s: data.%s has no effect on it; remove that", o->path,
                               what, keys[i].key);
    return 0;
}

struct dataset *formats_read(const struct data_options *from, struct thread_pool *pool,
                             struct error *e) {
    const struct format *format = find(from->path, e);
    if (!format && !e->status)
        unknown(from->path, e);
    if (!format || e->status) /* what could not be looked at may be of another format */
        return NULL;
    if (!from->expected && refuse_useless(format->kind, from, e) != 0)
        return NULL;
    struct dataset *d = calloc(1, sizeof *d);
    if (d)
        d->announce = from->announce;
    if (!d)
        error_memory(e, from->path);
    else if (format->read(d, from, pool, e) == 0 && dataset_complete(d, from, e) == 0 && !e->status)
        return d;
    (void)error_advise(e, format->advice);
    dataset_free(d);
    return NULL;
}
