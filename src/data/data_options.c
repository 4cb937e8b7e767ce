#include "data/data_options.h"

static const char *const scalings[] = {"unit", "standardize", NULL};

const struct key data_options_keys[] = {
    STRING_KEY(struct data_options, path, NULL,
               "the dataset: a folder with dataset.json, train/CLASS/*.png, IDX files or "
               "train.csv; a .csv file; or a synthetic dataset: toy:spiral, toy:moons, toy:blobs, "
               "toy:xor, toy:circles"),
    STRING_KEY(struct data_options, label, "\"label\"",
               "the column of a .csv file that holds the label; or, for multi-label samples, "
               "several columns of 0 and 1, separated by commas; all other columns hold numbers"),
    {KEY_AS("test_share", struct data_options, test_fraction, KEY_REAL, "0.2",
            "the fraction of a single .csv file's rows that is set aside as the test set, "
            "stratified by class; the same rows for every seed"),
     .max = 0.9},
    INT_KEY(
        struct data_options, validation, "0", 0, KEY_INT_MAX,
        "number of training samples set aside for validation, drawn by seed, stratified by class"),
    INT_KEY(struct data_options, limit, "0", 0, KEY_INT_MAX,
            "number of the remaining training samples to use, for quick tries; drawn by seed, "
            "stratified by class; 0: all"),
    CHOICE_KEY(struct data_options, scaling, "\"unit\"", scalings,
               "input scaling; unit: pixel / 255, or a table's values unchanged; standardize: "
               "subtract the mean of the training pixels, or of the column, and divide by the "
               "standard deviation (slower if many pixels are 0, since no zeros are left to skip)"),
    END_KEY};
