/* A dataset in memory: samples of one shape, each with the number of its class. They are pictures
 * of one size as 8-bit pixels, or the rows of a table, whose columns are real numbers.
 *
 * Pixels stay 8-bit, a quarter of the memory of floats; batch.h turns the rows of a batch into
 * numbers. Each format is one file, found out from the path and what it holds:
 *   sheet.c    dataset.json and PNG sheets of tiles
 *   folder.c   train/CLASS/x.png and test/CLASS/x.png
 *   idx.c      MNIST's own format, raw or .gz
 *   table.c    tables in CSV files
 *   toy.c      tables that are made, not read: toy:spiral */
#ifndef ONEHOT_DATA_DATASET_H
#define ONEHOT_DATA_DATASET_H

#include "base/arena.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/team.h"
#include "config/config.h"

#include <stdint.h>

struct split {
    int count;
    uint8_t *pixels; /* count x features; NULL in a table */
    int *labels;     /* count; 0 .. classes - 1 */
    float *targets;  /* count x classes, 0 .. 1, largest at the label; NULL: one-hot */
    float *values;   /* count x features, finite, in a table; else NULL */
    bool several;    /* a sample may be of several classes, or of none: its targets are 0 or 1. The
                      * same in all splits */
};

/* The target y of a sample for one of so many classes: 0 .. 1. */
static inline float dataset_target(const struct split *s, int sample, int class, int classes) {
    return s->targets ? s->targets[(size_t)sample * (size_t)classes + (size_t) class]
                      : (float)(class == s->labels[sample]);
}

enum { TRAIN, TEST, SPLITS };
extern const char *const dataset_splits[SPLITS]; /* "train", "test" */

struct dataset {
    int height, width, channels; /* of a table: 1, its columns, 1 */
    struct strings columns;      /* of a table, their names; else none */
    struct strings classes;      /* names; a label is an index into them */
    struct split split[SPLITS];  /* either may be empty, not both */
    char digest[SHA256_HEX];     /* of the decoded content: the same in every format */
    struct arena arena;          /* owns all of the above */
};

/* The dataset that a config's "data" names. NULL with an error that names the offending file. The
 * team may be NULL. */
ERROR_CHECKED struct dataset *dataset_read(const struct config_data *from, struct team *team,
                                           struct error *e);

/* As of a config that says no more of its data than its path. */
#define DATASET_AT(where)                                                                          \
    (&(struct config_data){.path = (where), .label = "label", .test_share = 0.2})
void dataset_free(struct dataset *d); /* NULL is fine */

/* Sorts names by bytes, or as numbers where all are numbers. */
void dataset_sort_classes(const struct strings *classes);

/* The most classes that a dataset may have. */
enum { DATASET_CLASSES = 10000 };

/* 1 .. DATASET_CLASSES names, all different, of plain text (text_is_plain). */
ERROR_CHECKED int dataset_check_classes(const struct strings *classes, const char *path,
                                        struct error *e);

/* A table of that shape has as many columns as it is wide, with names as classes have; for pictures
 * there are none. */
ERROR_CHECKED int dataset_check_columns(const struct strings *columns, int height, int width,
                                        int channels, const char *path, struct error *e);

/* What the ranges of single keys cannot say of a sample's size: 1 or 3 channels, and a number of
 * values that fits an int. */
ERROR_CHECKED int dataset_check_size(int height, int width, int channels, const char *path,
                                     struct error *e);

/* Whether its samples may be of several classes. */
bool dataset_several(const struct dataset *d);

/* Values per sample: height * width * channels. */
int dataset_features(const struct dataset *d);

/* For the loaders, when shape and columns are known: room for a split of `count` samples, in the
 * arena. */
ERROR_CHECKED int dataset_reserve(struct dataset *d, int split, int count, const char *path,
                                  struct error *e);

/* For makers of a dataset: its classes become copies of these names. */
ERROR_CHECKED int dataset_name_classes(struct dataset *d, const char *const *names, int count,
                                       const char *path, struct error *e);

/* For makers of a dataset: checks what each owes, whoever made it, and sets its digest. */
ERROR_CHECKED int dataset_complete(struct dataset *d, const char *path, struct error *e);

/* The loaders: each fills *d from the path. */
ERROR_CHECKED int sheet_read(struct dataset *d, const struct config_data *from, struct team *team,
                             struct error *e);
ERROR_CHECKED int folder_read(struct dataset *d, const struct config_data *from, struct team *team,
                              struct error *e);
ERROR_CHECKED int idx_read(struct dataset *d, const struct config_data *from, struct team *team,
                           struct error *e);
ERROR_CHECKED int table_read(struct dataset *d, const struct config_data *from, struct team *team,
                             struct error *e);
ERROR_CHECKED int toy_read(struct dataset *d, const struct config_data *from, struct team *team,
                           struct error *e);

/* The targets of a split as a text file (targets.c). Read, they become its targets and labels, the
 * label the first of the largest; the split has its count, its classes and `several` already. */
ERROR_CHECKED int targets_read(struct dataset *d, int split, const char *path, struct error *e);
ERROR_CHECKED int targets_write(const struct dataset *d, int split, const char *path,
                                struct error *e);

/* Whether the path looks as if this loader could read it. */
bool sheet_recognises(const char *path);
bool folder_recognises(const char *path);
bool idx_recognises(const char *path);
bool table_recognises(const char *path);
bool toy_recognises(const char *path);

/* Writes d into an empty or new directory as PNG sheets, dataset.json last: what sheet_read
 * reads. A table cannot be written so. On failure what was written is removed. */
ERROR_CHECKED int sheet_write(const struct dataset *d, const char *path, struct error *e);

#endif
