/* The contract of a dataset format. A new format is one file that ends in a const struct format,
 * and one row in formats.c. */
#pragma once

#include "base/thread_pool.h"
#include "data/data_options.h"
#include "data/dataset.h"

struct format {
    /* Whether the path looks like this format. */
    bool (*recognises)(const char *path);

    /* Fills *d, which is all zero, from the path and the options of its format. The file may be
     * hostile: every size in it is checked before memory is spent. The pool may be NULL. */
    int (*read)(struct dataset *d, const struct data_options *from, struct thread_pool *pool,
                struct error *e);
};
