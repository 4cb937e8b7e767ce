/* The section "data" of a config: which samples to read, and what to do with them. */
#pragma once

#include "data/augment.h"

enum config_scaling { SCALING_UNIT, SCALING_STANDARDIZE };
enum data_header { HEADER_AUTO, HEADER_YES, HEADER_NO };
enum data_missing { MISSING_REFUSE, MISSING_DROP, MISSING_MEAN };

struct dataset;

struct data_options {
    const char *path;

    /* Set by code, not by a key; NULL in training: what a trained model expects. Of this dataset,
     * only the shape, columns, features and classes count: the data is read with them, not with
     * those that it suggests itself. */
    const struct dataset *expected;

    /* Also set by code, or NULL: is called before samples of a gigabyte or more are read, which
     * takes seconds, and memory that small machines cannot spare. */
    void (*announce)(const char *path, double samples, double gigabytes);

    /* images */
    struct number_list size;       /* height and width to scale to; none: as they are */
    int channels;                  /* to convert to; 0: as they are */
    struct number_list background; /* behind transparent pixels, 0 .. 255; or a BACKGROUND_... */
    bool transpose;                /* swap rows and columns */

    /* tables */
    const char *label;                  /* the label column, or several, separated by commas */
    int header;                         /* enum data_header */
    struct string_list ignore, columns; /* to leave out; to use (none: all others) */
    int missing;                        /* enum data_missing */

    double test_fraction; /* to test on, of data without a test set */
    double validation; /* samples to split off the training set: a count or, below 1, a fraction */
    int limit;         /* samples of the rest to train on; 0: all */
    int scaling;       /* enum config_scaling */
    struct augment_options augment; /* of training samples */
};

enum { BACKGROUND_BLACK, BACKGROUND_WHITE }; /* number_list.word of `background` */

/* A config's data section that sets only the path. */
#define DATA_AT(where)                                                                             \
    (&(struct data_options){.path = (where), .label = "label", .test_fraction = 0.2})

extern const struct key data_options_keys[];

/* Checks what the keys' ranges cannot express. Returns NULL if the options are consistent.
 * Otherwise sets *key and returns the problem, as the end of a sentence that begins with `FILE:
 * "KEY" `. */
const char *data_options_conflict(const struct data_options *o, const char **key);

/* The background's red, green and blue. */
void data_options_background(const struct data_options *o, unsigned char rgb[3]);
