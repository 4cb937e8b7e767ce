/* Reads the dataset at a path, in any of the formats. */
#pragma once

#include "base/thread_pool.h"
#include "data/data_options.h"
#include "data/dataset.h"

/* NULL with an error that names the offending file. The pool may be NULL. Free with dataset_free.
 */
ERROR_CHECKED struct dataset *formats_read(const struct data_options *from,
                                           struct thread_pool *pool, struct error *e);

/* Whether the path looks like a dataset. A synthetic one needs no file. */
bool formats_recognise(const char *path);
