/* The table of formats: a new one is declared and listed here. */
#include "data/formats.h"
#include "base/file.h"
#include "data/dataset_complete.h"
#include "data/format.h"

#include <stdlib.h>

extern const struct format synthetic_format, csv_format, image_sheet_format, folder_format,
    idx_format, class_folders_format;

/* The first format that recognises the path reads it. */
static const struct format *const formats[] = {
    &synthetic_format, &csv_format, &image_sheet_format,
    &folder_format,    &idx_format, &class_folders_format,
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

static void unknown(const char *path, struct error *e) {
    if (!file_exists(path))
        error_input(e,
                    "%s: there is no such dataset (looked for from the current folder, then from "
                    "the config's)",
                    path);
    else if (!file_is_directory(path))
        error_input(e,
                    "%s: is a file; a dataset is a folder or a table: .csv, .tsv, .txt or .data, "
                    "also with .gz",
                    path);
    else
        error_input(e,
                    "%s: is not a dataset: it has no class folders of pictures (train/CLASS/*.png "
                    "or CLASS/*.png), labels.csv, dataset.json, train-images-idx3-ubyte[.gz] or "
                    "train.csv",
                    path);
}

struct dataset *formats_read(const struct data_options *from, struct thread_pool *pool,
                             struct error *e) {
    const struct format *format = find(from->path);
    if (!format) {
        unknown(from->path, e);
        return NULL;
    }
    struct dataset *d = calloc(1, sizeof *d);
    if (!d)
        error_memory(e, from->path);
    else if (format->read(d, from, pool, e) == 0 && dataset_complete(d, from, e) == 0)
        return d;
    dataset_free(d);
    return NULL;
}
