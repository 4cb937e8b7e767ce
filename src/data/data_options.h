/* The section "data" of a config: which samples to read, and what to do with them. */
#pragma once

#include "keys/key.h"

enum config_scaling { SCALING_UNIT, SCALING_STANDARDIZE };

struct data_options {
    const char *path;
    const char *label;    /* of a table: the label column, or several, separated by commas */
    double test_fraction; /* of a table in one file: the fraction to test on */
    int validation;       /* samples split off the training set */
    int limit;            /* samples of the rest to train on; 0: all */
    int scaling;          /* enum config_scaling */
};

/* A config's data section that sets nothing but the path. */
#define DATA_AT(where)                                                                             \
    (&(struct data_options){.path = (where), .label = "label", .test_fraction = 0.2})

extern const struct key data_options_keys[];
