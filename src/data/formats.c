/* The table of formats: a new one is declared and listed here. */
#include "data/formats.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

extern const struct format synthetic_format, csv_format, image_sheet_format, folder_format,
    idx_format;

/* The first format that recognises the path reads it. Folders with folders in them say less than
 * the names of other files, so these come last. */
static const struct format *const formats[] = {
    &synthetic_format, &csv_format, &image_sheet_format, &idx_format, &folder_format,
};

static const struct format *find(const char *path) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->recognises(path))
            return formats[i];
    return NULL;
}

bool formats_recognise(const char *path) {
    return find(path) != NULL;
}

/* Refuses a folder with folders in it that are datasets, as an archive that is unpacked often
 * leaves it. Returns whether it has any. */
static bool refuse_parent(const char *path, struct error *e) {
    struct error ignored = {0};
    int count = 0, found = 0;
    char **names = file_list(path, &count, &ignored), inner[FILE_PATH], first[FILE_PATH] = "";
    for (int i = 0; i < count; i++)
        if (file_find(inner, path, names[i]) && file_is_directory(inner) &&
            formats_recognise(inner) && found++ == 0)
            strcpy(first, inner);
    free(names);
    if (found == 1)
        error_input(e, "%s: is not a dataset, but its folder is: set data.path=%s", path, first);
    else if (found > 1)
        error_input(e,
                    "%s: is not a dataset, but %d of its folders are: set data.path=%s or another, "
                    "or name them train, test and val",
                    path, found, first);
    return found > 0;
}

static void unknown(const char *path, struct error *e) {
    if (!file_exists(path))
        error_input(
            e,
            "%s: there is no such dataset (looked up in the current folder, then in the config's)",
            path);
    else if (!file_is_directory(path))
        error_input(
            e,
            "%s: is a file; a dataset is a folder, or a table that ends in .csv, .tsv, .txt "
            "or .data, also with .gz; unpack an archive, save a workbook as CSV, or name "
            "the folder of a picture",
            path);
    else if (!refuse_parent(path, e))
        error_input(e,
                    "%s: is not a dataset: it has no class folders of pictures (train/CLASS/*.png, "
                    "CLASS/*.jpg), labels.csv, dataset.json, train-images-idx3-ubyte[.gz] or "
                    "train.csv; docs/data.md shows each layout",
                    path);
}

/* Refuses an option that has no meaning for such data. */
static int refuse_useless(const struct format *format, const struct data_options *from,
                          struct error *e) {
    int kind = format->kind;
    const char *key = data_options_useless(from, kind);
    return key ? error_input(e, "%s: is %s: %s has no effect on it; remove that", from->path,
                             kind & DATA_TABLE      ? "a table"
                             : kind & DATA_PICTURES ? "a dataset of pictures"
                                                    : "a synthetic dataset",
                             key)
               : 0;
}

struct dataset *formats_read(const struct data_options *from, struct thread_pool *pool,
                             struct error *e) {
    const struct format *format = find(from->path);
    if (!format) {
        unknown(from->path, e);
        return NULL;
    }
    if (!from->expected && refuse_useless(format, from, e) != 0)
        return NULL;
    struct dataset *d = calloc(1, sizeof *d);
    if (!d)
        error_memory(e, from->path);
    else if (format->read(d, from, pool, e) == 0 && dataset_complete(d, from, e) == 0)
        return d;
    (void)error_advise(e, format->advice);
    dataset_free(d);
    return NULL;
}
