/* A dataset in memory: pictures of one size as 8-bit pixels, each with the number of its class.
 *
 * Pixels stay 8-bit, a quarter of the memory of floats; batch.h turns the rows of a batch into
 * numbers. Three formats hold a dataset, found out from what the path holds; each is one file:
 *   sheet.c    dataset.json and PNG sheets of tiles
 *   folder.c   train/CLASS/x.png and test/CLASS/x.png
 *   idx.c      MNIST's own format, raw or .gz */
#ifndef ONEHOT_DATA_DATASET_H
#define ONEHOT_DATA_DATASET_H

#include "base/arena.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/team.h"
#include "config/key.h"

#include <stdint.h>

struct split {
    int count;
    uint8_t *pixels; /* count x features */
    int *labels;     /* count; 0 .. classes - 1 */
    float *targets;  /* count x classes, 0 .. 1, largest at the label; NULL: one-hot */
};

enum { TRAIN, TEST, SPLITS };
extern const char *const dataset_splits[SPLITS]; /* "train", "test" */

struct dataset {
    int height, width, channels;
    struct strings classes;     /* names; a label is an index into them */
    struct split split[SPLITS]; /* either may be empty, not both */
    char digest[SHA256_HEX];    /* of the decoded content: the same in every format */
    struct arena arena;         /* owns all of the above */
};

/* The dataset in that directory. NULL with an error that names the offending file. The team may be
 * NULL. */
ERROR_CHECKED struct dataset *dataset_read(const char *path, struct team *team, struct error *e);
void dataset_free(struct dataset *d); /* NULL is fine */

/* The most classes that a dataset may have. */
enum { DATASET_CLASSES = 10000 };

/* 1 .. DATASET_CLASSES names, all different, of plain text (text_is_plain). */
ERROR_CHECKED int dataset_check_classes(const struct strings *classes, const char *path,
                                        struct error *e);

/* What the ranges of single keys cannot say of a sample's size: 1 or 3 channels, and a number of
 * values that fits an int. */
ERROR_CHECKED int dataset_check_size(int height, int width, int channels, const char *path,
                                     struct error *e);

/* Values per sample: height * width * channels. */
int dataset_features(const struct dataset *d);

/* For the loaders: room for a split of `count` samples, in the arena. */
ERROR_CHECKED int dataset_reserve(struct dataset *d, int split, int count, const char *path,
                                  struct error *e);

/* The loaders: each fills *d from the directory. */
ERROR_CHECKED int sheet_read(struct dataset *d, const char *path, struct team *team,
                             struct error *e);
ERROR_CHECKED int folder_read(struct dataset *d, const char *path, struct team *team,
                              struct error *e);
ERROR_CHECKED int idx_read(struct dataset *d, const char *path, struct team *team, struct error *e);

/* Whether the directory looks as if this loader could read it. */
bool sheet_recognises(const char *path);
bool folder_recognises(const char *path);
bool idx_recognises(const char *path);

/* Writes d into an empty or new directory as PNG sheets, dataset.json last: what sheet_read
 * reads. On failure what was written is removed. */
ERROR_CHECKED int sheet_write(const struct dataset *d, const char *path, struct error *e);

#endif
