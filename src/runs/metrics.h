/* metrics.csv: a row an epoch, of what is reproducible and nothing else. */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "train/train.h"

/* The first line, with its line break. */
extern const char metrics_header[];

struct metrics {
    int count;
    struct train_epoch *rows; /* a number that the file does not have is NaN; no `seconds` */
};

/* The line of an epoch: numbers as text_number writes them; what is not finite stays empty. */
void metrics_write(const struct train_epoch *row, struct text *out);

/* Reads a file of them, which may be hostile; the rows are in the arena. */
ERROR_CHECKED int metrics_read(struct metrics *m, const char *path, struct arena *a,
                               struct error *e);
