/* The formats of a dataset: which file reads which.
 *
 * A new format is one file and one row in formats.c. */
#pragma once

#include "base/thread_pool.h"
#include "data/data_options.h"
#include "data/dataset.h"

/* The dataset that a config's "data" names. NULL with an error that names the offending file. The
 * pool may be NULL. */
ERROR_CHECKED struct dataset *formats_read(const struct data_options *from,
                                           struct thread_pool *pool, struct error *e);

/* The loaders: each fills *d from the path. */
ERROR_CHECKED int image_sheet_read(struct dataset *d, const struct data_options *from,
                                   struct thread_pool *pool, struct error *e);
ERROR_CHECKED int folder_read(struct dataset *d, const struct data_options *from,
                              struct thread_pool *pool, struct error *e);
ERROR_CHECKED int idx_read(struct dataset *d, const struct data_options *from,
                           struct thread_pool *pool, struct error *e);
ERROR_CHECKED int table_read(struct dataset *d, const struct data_options *from,
                             struct thread_pool *pool, struct error *e);
ERROR_CHECKED int synthetic_read(struct dataset *d, const struct data_options *from,
                                 struct thread_pool *pool, struct error *e);

/* Whether the path looks as if this loader could read it. */
bool image_sheet_recognises(const char *path);
bool folder_recognises(const char *path);
bool idx_recognises(const char *path);
bool table_recognises(const char *path);
bool synthetic_recognises(const char *path);

/* The targets of a split as a text file (targets.c). Read, they become its targets and labels, the
 * label the first of the largest; the split has its count, its classes and `several` already. */
ERROR_CHECKED int targets_read(struct dataset *d, int split, const char *path, struct error *e);
ERROR_CHECKED int targets_write(const struct dataset *d, int split, const char *path,
                                struct error *e);

/* Writes d into an empty or new directory as PNG sheets, dataset.json last: what sheet_read
 * reads. A table cannot be written so. On failure what was written is removed. */
ERROR_CHECKED int image_sheet_write(const struct dataset *d, const char *path, struct error *e);
