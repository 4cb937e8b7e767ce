#include "data/formats.h"
#include "base/file.h"

#include <stdlib.h>

static const struct format {
    bool (*recognises)(const char *path);
    int (*read)(struct dataset *d, const struct data_options *from, struct thread_pool *pool,
                struct error *e);
} formats[] = {
    {synthetic_recognises, synthetic_read},
    {table_recognises, table_read},
    {image_sheet_recognises, image_sheet_read},
    {folder_recognises, folder_read},
    {idx_recognises, idx_read},
};

static const struct format *find_format(const char *path, struct error *e) {
    bool made = synthetic_recognises(path); /* of no file */
    if (!made && !file_exists(path)) {
        error_input(e, "%s: there is no such dataset (seen from the current folder)", path);
        return NULL;
    }
    if (!made && !file_is_directory(path) && !table_recognises(path)) {
        error_input(e, "%s: is a file; a dataset is a folder, or a .csv file", path);
        return NULL;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].recognises(path))
            return &formats[i];
    error_input(e,
                "%s: holds no dataset: neither dataset.json, nor train/CLASS/*.png, nor "
                "train-images-idx3-ubyte[.gz], nor train.csv",
                path);
    return NULL;
}

struct dataset *formats_read(const struct data_options *from, struct thread_pool *pool,
                             struct error *e) {
    const char *path = from->path;
    const struct format *format = find_format(path, e);
    if (!format)
        return NULL;
    struct dataset *d = calloc(1, sizeof *d);
    if (!d) {
        error_memory(e, path);
        return NULL;
    }
    if (format->read(d, from, pool, e) == 0 && dataset_complete(d, path, e) == 0)
        return d;
    dataset_free(d);
    return NULL;
}
