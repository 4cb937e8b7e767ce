/* metrics.csv: one row per epoch, with reproducible values only. */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "train/train.h"

/* The first line, with its line break. */
extern const char metrics_header[];

struct metrics {
    int count;
    struct train_epoch *rows; /* NaN where the file has no number; `seconds` is not set */
};

/* Appends the row of an epoch: numbers as text_number writes them, and nothing for NaN. */
void metrics_write(const struct train_epoch *row, struct text *out);

/* Reads such a file, which may be hostile. The rows are in the arena. */
ERROR_CHECKED int metrics_read(struct metrics *m, const char *path, struct arena *a,
                               struct error *e);

/* The number of rows in `size` bytes of such a file: its lines minus the header; -1 if it has none.
 */
long long metrics_count(const char *text, size_t size);
