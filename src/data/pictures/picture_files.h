/* Reads a list of picture files into the splits of a dataset: one way for all layouts. */
#pragma once

#include "base/thread_pool.h"
#include "data/data_options.h"
#include "data/dataset.h"

struct picture_file {
    const char *folder, *name;
    int split, label; /* the class; -1: not known yet */

    /* what reading it finds */
    int sample; /* its index in the split */
    enum error_status status;
    char *why;                   /* it cannot be used; malloc'ed */
    int height, width, channels; /* before the conversion */
    unsigned changes;            /* picture.h */
};

struct picture_files {
    int count;
    struct picture_file *items;
};

/* The samples of a split are in the order of the list. Fails, after reading all, with the number of
 * files that cannot be used, or if they differ and no option makes them alike. Notes what was
 * converted. d->classes is set. */
ERROR_CHECKED int picture_files_read(struct dataset *d, const struct picture_files *files,
                                     const struct data_options *from, struct thread_pool *pool,
                                     struct error *e);
