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
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/sha256.h"
#include "keys/key.h"

#include <stdint.h>

struct split {
    int count;
    uint8_t *pixels;  /* count x features; NULL in a table */
    int *labels;      /* count; 0 .. classes - 1 */
    float *targets;   /* count x classes, 0 .. 1, largest at the label; NULL: one-hot */
    float *values;    /* count x features, finite, in a table; else NULL */
    bool multi_label; /* a sample may be of several classes, or of none: its targets are 0 or 1. The
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
    struct string_list columns;  /* of a table, their names; else none */
    struct string_list classes;  /* names; a label is an index into them */
    struct split split[SPLITS];  /* either may be empty, not both */
    char digest[SHA256_HEX];     /* of the decoded content: the same in every format */
    struct arena arena;          /* owns all of the above */
};

void dataset_free(struct dataset *d); /* NULL is fine */

/* Sorts names by bytes, or as numbers where all are numbers. */
void dataset_sort_classes(const struct string_list *classes);

/* The most classes that a dataset may have. */
enum { DATASET_CLASSES = 10000 };

/* 1 .. DATASET_CLASSES names, all different, of plain text (text_is_plain). */
ERROR_CHECKED int dataset_check_classes(const struct string_list *classes, const char *path,
                                        struct error *e);

/* A table of that shape has as many columns as it is wide, with names as classes have; for pictures
 * there are none. */
ERROR_CHECKED int dataset_check_columns(const struct string_list *columns, int height, int width,
                                        int channels, const char *path, struct error *e);

/* What the ranges of single keys cannot say of a sample's size: 1 or 3 channels, and a number of
 * values that fits an int. */
ERROR_CHECKED int dataset_check_size(int height, int width, int channels, const char *path,
                                     struct error *e);

/* Whether its samples may be of several classes. */
bool dataset_multi_label(const struct dataset *d);

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
