#include "data/data_options.h"

static const char *const scalings[] = {"unit", "standardize", NULL};

const struct key data_options_keys[] = {
    STRING_KEY(
        struct data_options, path, NULL,
        "the dataset: a folder with dataset.json, train/CLASS/*.png, IDX files or train.csv; "
        "a .csv file; or a toy: toy:spiral, toy:moons, toy:blobs, toy:xor, toy:circles"),
    STRING_KEY(
        struct data_options, label, "\"label\"",
        "the column of a .csv file that holds the label; or several, divided by commas, of 1 "
        "or 0, for several labels a sample; all others hold numbers"),
    {KEY_ROW(struct data_options, test_share, KEY_REAL, "0.2",
             "of a single .csv file, the share of its rows that is set aside for the test, evenly "
             "over the classes; the same rows for every seed"),
     .max = 0.9},
    INT_KEY(struct data_options, validation, "0", 0, KEY_INT_MAX,
            "training samples set aside for validation, by seed, evenly over the classes"),
    INT_KEY(struct data_options, limit, "0", 0, KEY_INT_MAX,
            "training samples to use, of those not for validation, for quick tries: drawn by seed, "
            "evenly over the classes; 0: all"),
    CHOICE_KEY(
        struct data_options, scaling, "\"unit\"", scalings,
        "what the model sees; unit: pixel / 255, or a table's values; standardize: that less "
        "the mean of the training pixels, or of the column, over the deviation (slower where "
        "many pixels are 0: no zeros to skip)"),
    END_KEY};
