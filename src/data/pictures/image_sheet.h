/* PNG sheets: all samples of a split as tiles of a few large pictures, row by row, left to right;
 * the last sheet may end early. A text file has the label of each sample, as an index into the
 * classes, one per line; or its targets (targets.h). dataset.json describes it all:
 *
 *   {"height": 28, "width": 28, "channels": 1, "classes": ["0", ...],
 *    "train": {"samples": 60000, "sheets": ["train-00.png", ...], "labels": "train-labels.txt"},
 *    "test": {...}, "validation": {...}} */
#pragma once

#include "data/dataset.h"

/* dataset.json, as image_sheet_keys reads and writes it. */
struct image_sheet_split {
    int samples;
    struct string_list sheets;
    const char *labels, *targets; /* one of them; the other is "" */
};

struct image_sheet_file {
    int height, width, channels;
    struct string_list classes;
    bool multi_label;
    struct image_sheet_split splits[SPLITS];
};

extern const struct key image_sheet_keys[];

/* Writes the dataset into a new or empty directory, dataset.json last. Fails for a table. After a
 * failure nothing is left behind. */
ERROR_CHECKED int image_sheet_write(const struct dataset *d, const char *path, struct error *e);
