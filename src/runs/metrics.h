/* metrics.csv, or metrics.partial.csv during training: one row per epoch, of reproducible values
 * only. */
#pragma once

#include "train/train.h"

extern const char metrics_header[]; /* the first line, with its line break */

struct metrics {
    int count;
    struct train_epoch *rows; /* NaN where the file has no number; `seconds` is not set */
};

/* Appends an epoch's row: numbers as text_number writes them, nothing for NaN. */
void metrics_write(const struct train_epoch *row, struct text *out);

/* Reads the file, which may be hostile, of a run in this directory. The arena owns the rows. */
ERROR_CHECKED int metrics_read(struct metrics *m, const char *directory, bool finished,
                               struct arena *a, struct error *e);

/* The number of rows in `size` bytes of such a file; -1 if there is not even a header. */
long long metrics_count(const char *text, size_t size);
