/* Folders of PNG and JPEG pictures, in the layouts of layout.h. */
#include "data/format.h"
#include "data/pictures/layout.h"

static bool recognises(const char *path) {
    enum layout_kind kind = layout_kind(path);
    return kind == LAYOUT_SPLITS || kind == LAYOUT_LABELS;
}

static bool recognises_classes(const char *path) {
    return layout_kind(path) == LAYOUT_CLASSES;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    struct layout l = {0};
    int result = layout_find(&l, d, from, e);
    if (result == 0)
        result = picture_files_read(d, &l.files, from, pool, e);
    if (result == 0)
        result = layout_note(&l, d, e);
    layout_free(&l);
    return result;
}

const struct format folder_format = {recognises, read_dataset};

/* Folders with files in them say less than the names of IDX files, so these come first. */
const struct format class_folders_format = {recognises_classes, read_dataset};
