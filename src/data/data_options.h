/* The section "data" of a config: where the samples come from, and what becomes of them. */
#pragma once

#include "keys/key.h"

enum config_scaling { SCALING_UNIT, SCALING_STANDARDIZE };

struct data_options {
    const char *path;
    const char *label; /* of a table, the column that holds the label, or columns, by commas */
    double test_share; /* of a table in one file, what becomes the test set */
    int validation;    /* samples split off the training set */
    int limit;         /* samples of the rest to train on; 0: all */
    int scaling;       /* enum config_scaling */
};

/* As of a config that says no more of its data than its path. */
#define DATA_AT(where)                                                                             \
    (&(struct data_options){.path = (where), .label = "label", .test_share = 0.2})

extern const struct key data_options_keys[];
