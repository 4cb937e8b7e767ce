/* A dataset in memory: samples of one shape, each with its label or labels. They are either images
 * of one size or the rows of a table, whose columns are real numbers.
 *
 * Pixels stay 8-bit, which takes a quarter of the memory of floats; batch_gather (train/batch.c)
 * converts a batch of them to floats. formats.h reads a dataset from a path. */
#pragma once

#include "base/sha256.h"
#include "base/text.h"
#include "data/data_options.h"
#include "data/names.h"
#include "tensor/tensor.h"

/* The samples of the training set, of the test set, or of a validation set that the data itself
 * provides. */
struct split {
    int count;
    uint8_t *pixels;     /* [count x features]; NULL for a table */
    float *values;       /* [count x features], finite; NULL for images */
    int *labels;         /* [count], 0 .. classes - 1 */
    float *targets;      /* [count x classes], 0 .. 1, largest at the label; NULL: one-hot */
    const real *teacher; /* [count x classes]: another model's logits (runs/teacher.c), or NULL */
    bool multi_label;    /* a sample has any number of labels: its targets are 0 or 1. The same in
                            all splits */
    /* where the samples are from */
    const char *table;  /* the file of a table; NULL: none */
    int *lines;         /* [count]: the line where each row of the table begins */
    const char **files; /* [count]: of images; NULL for one without a file of its own */
};

/* The target y of a sample for one of `classes` classes, from 0 to 1. */
static inline float dataset_target(const struct split *s, int sample, int class, int classes) {
    return s->targets ? s->targets[(size_t)sample * (size_t)classes + (size_t) class]
                      : (float)(class == s->labels[sample]);
}

/* Soft labels sum to 1, up to the rounding of numbers with three digits. */
#define DATASET_ROUNDING 0.002

/* The label of a sample with these targets: the class with the largest, the first of equal ones. */
static inline int dataset_label(const float *targets, int classes) {
    int label = 0;
    for (int c = 1; c < classes; c++)
        label = targets[c] > targets[label] ? c : label;
    return label;
}

enum { TRAIN, TEST, VALIDATION, SPLITS };
extern const char *const dataset_splits[SPLITS]; /* "train", "test", "validation" */

/* The split that a folder, a file or a cell of this name is meant for: train, training, test,
 * testing, val, valid or validation, also as in train_set, test_images or seg_train, in upper or
 * lower case. -1: none. The name ends at the first of the characters `ends`. */
int dataset_split_of(const char *name, const char *ends);

struct dataset {
    int height, width, channels; /* for a table: 1, its columns, 1 */
    struct string_list columns;  /* their names; none for images */
    struct string_list classes;  /* names; a label is an index into them */
    struct specs features;       /* how a table's columns are made from those of its file
                                    (tables/features.h); none if each is the same number */
    struct split split[SPLITS];  /* TRAIN or TEST has samples */
    bool undivided;              /* it has no test set of its own: data.test_share draws one */
    struct string_list notes;    /* what was found and how it was converted, one line each */
    char digest[SHA256_HEX];     /* of the decoded content: the same in every format */
    struct arena arena;          /* owns all of the above */
    void (*announce)(const char *path, double samples, double gigabytes); /* as in data_options.h */
};

void dataset_free(struct dataset *d); /* NULL is fine */
SCOPED_TYPE(dataset)

/* A dataset of the same samples, which belong to d, with its own notes. NULL if out of memory. */
ERROR_CHECKED struct dataset *dataset_view(const struct dataset *d, struct error *e);

/* Whether samples may have any number of labels. */
static inline bool dataset_multi_label(const struct dataset *d) {
    return d->split[TRAIN].multi_label;
}

/* Values per sample. */
static inline int dataset_features(const struct dataset *d) {
    return d->height * d->width * d->channels;
}

/* ---- for code that creates a dataset ---- */

/* Allocate a split of `count` samples, or its targets, all zero, once shape, columns and classes
 * are known. `path` is for errors. */
ERROR_CHECKED int dataset_reserve(struct dataset *d, int split, int count, const char *path,
                                  struct error *e);
ERROR_CHECKED int dataset_reserve_targets(struct dataset *d, int split, const char *path,
                                          struct error *e);

/* Adds a line to the notes, such as "6 images with transparency, drawn on black": what printf would
 * print, or a text in the dataset's arena. If memory runs out, dataset_complete fails. */
#define dataset_note(d, e, ...) dataset_add_note(d, arena_printf(&(d)->arena, __VA_ARGS__), e)
void dataset_add_note(struct dataset *d, const char *note, struct error *e);

/* Notes "WHAT: first, second, and 7 more", unless the list is empty. */
void dataset_note_list(struct dataset *d, const char *what, const struct problems *l,
                       struct error *e);

/* The last step: checks the dataset's invariants, notes what its test set lacks, and sets its
 * digest. Training data needs at least two classes and a sample of each. */
ERROR_CHECKED int dataset_complete(struct dataset *d, const struct data_options *from,
                                   struct error *e);

/* Sets d->classes to those of the trained model or else to the first `known` of these names, those
 * of the training set, sorted by names_sort if `sorts`. Returns the class of each name, in the
 * dataset's arena; NULL on failure, also if a name is not one of the classes. In classes.c. */
ERROR_CHECKED int *classes_set(struct dataset *d, const struct data_options *from,
                               const struct string_list *names, int known, bool sorts,
                               struct error *e);

struct picture;

/* pictures/augment_sheet.c: an image of training samples: a row of them as they are, then a row for
 * each of the epochs 1 .. epochs, as augmentation distorts them. Its pixels are NULL if out of
 * memory. Free with picture_free. */
struct picture augment_sheet(const struct dataset *d, struct augment *a, const int *samples,
                             int count, int epochs);

/* ---- checks of untrusted descriptions ---- */

enum { DATASET_MAX_CLASSES = 10000 };

/* There must be 1 .. DATASET_MAX_CLASSES classes with valid names (names_check). */
ERROR_CHECKED int dataset_check_classes(const struct dataset *d, const char *path, struct error *e);

/* A sample must have 1 or 3 channels and a number of values that fits an int; a table (one with
 * columns) must be as wide as it has columns, with valid names. */
ERROR_CHECKED int dataset_check_shape(const struct dataset *d, const char *path, struct error *e);
