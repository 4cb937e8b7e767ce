/* The formats of datasets. To add one, write a file that ends in a const struct format, and list it
 * in formats.c. */
#pragma once

#include "base/thread_pool.h"
#include "data/dataset.h"

/* Kinds of data, and a table of labels next to images. */
enum data_kind { DATA_PICTURES = 1, DATA_TABLE = 2, DATA_LABELS = 4 };

struct format {
    /* What its options are about: a set of enum data_kind. */
    int kind;

    /* What to do about a file that is refused, unless the error says so. */
    const char *advice;

    /* Whether the path looks like this format. If the system cannot tell, there is an error. */
    bool (*recognises)(const char *path, struct error *e);

    /* Fills *d, which is all zero, as the options say. The file may be hostile: every size in it is
     * checked before memory is spent. The pool may be NULL. */
    int (*read)(struct dataset *d, const struct data_options *from, struct thread_pool *pool,
                struct error *e);
};

/* Reads the dataset at a path, in any of the formats. On failure, returns NULL with an error that
 * names the offending file. The pool may be NULL. Free with dataset_free. */
ERROR_CHECKED struct dataset *formats_read(const struct data_options *from,
                                           struct thread_pool *pool, struct error *e);

/* Whether the path looks like a dataset. A synthetic one needs no file. */
bool formats_recognise(const char *path, struct error *e);
