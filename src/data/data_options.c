#include "data/data_options.h"

static const char *const sizes[] = {"as it is", NULL};
static const char *const backgrounds[] = {"black", "white", NULL};
static const char *const headers[] = {"auto", "true", "false", NULL};
static const char *const missings[] = {"refuse", "drop", "mean", NULL};
static const char *const scalings[] = {"unit", "standardize", NULL};

const struct key data_options_keys[] = {
    PATH_KEY(
        struct data_options, path, NULL,
        "the dataset: a folder of images, of IDX files or with train.csv; a table in a file; or "
        "a synthetic dataset: toy:spiral, toy:moons, toy:blobs, toy:xor, toy:circles. Relative "
        "to the current folder, then to the config's"),
    REALS_KEY(
        struct data_options, size, "\"as it is\"", sizes, 1, 16384,
        "[height, width] of a sample: all images are scaled to it, keeping their proportions"),
    INT_KEY(struct data_options, channels, "0", 0, 3,
            "1: images become grey; 3: they become RGB; 0: they stay as they are"),
    REALS_KEY(struct data_options, background, "\"black\"", backgrounds, 0, 255,
              "the colour behind transparent pixels: a grey, or [red, green, blue], 0 to 255"),
    BOOL_KEY(struct data_options, transpose, "false",
             "swap rows and columns of each image; EMNIST's files need it"),
    {KEY_AS("label", struct data_options, label, KEY_STRING, "\"label\"",
            "the column of a table that holds the label, by name or by number from 0 (-1: the "
            "last); or, for multi-label samples, several columns of 0 and 1, separated by commas"),
     .literal = true},
    {KEY_ROW(struct data_options, header, KEY_CHOICE, "\"auto\"",
             "whether a table's first line names its columns; without names they are c0, c1, ..."),
     .words = headers, .literal = true},
    STRINGS_KEY(struct data_options, ignore, "[]", "columns of a table to leave out"),
    STRINGS_KEY(struct data_options, columns, "[]",
                "columns of a table to use, besides the label; none: all"),
    CHOICE_KEY(
        struct data_options, missing, "\"refuse\"", missings,
        "what to do about missing cells (empty, ?, NA, N/A, n.a., #N/A, <NA>, NaN, null, \\N, "
        "None); refuse: report them; drop: leave out their rows; mean: use the mean of the "
        "training rows, and add a column that is 1 where the cell was missing"),
    {KEY_AS("test_share", struct data_options, test_fraction, KEY_REAL, "0.2",
            "the fraction of a table or of class folders to set aside as a test set if they have "
            "none, stratified by class; the same samples for every seed"),
     .max = 0.9},
    REAL_KEY(struct data_options, validation, "0", 0, KEY_INT_MAX,
             "training samples set aside for validation: their number or, below 1, their fraction; "
             "drawn by seed, stratified by class"),
    INT_KEY(struct data_options, limit, "0", 0, KEY_INT_MAX,
            "number of the remaining training samples to use, for quick tries; drawn by seed, "
            "stratified by class; 0: all"),
    CHOICE_KEY(struct data_options, scaling, "\"unit\"", scalings,
               "input scaling; unit: pixel / 255, or a table's values unchanged; standardize: "
               "subtract the mean of the training pixels, or of the column, and divide by the "
               "standard deviation (slower if many pixels are 0, since no zeros are left to skip)"),
    {KEY_ROW(struct data_options, augment, KEY_SECTION, "{}",
             "distortions of training samples, drawn anew in every epoch, uniformly"),
     .keys = augment_keys, .optional = true},
    END_KEY};

const char *data_options_conflict(const struct data_options *o, const char **key) {
    bool whole = true;
    for (int i = 0; i < o->size.count; i++)
        whole = whole && o->size.items[i] == (int)o->size.items[i];
    *key = "data.size";
    if (!whole || o->size.count > 2)
        return "must be one or two whole numbers, [height, width]";
    *key = "data.channels";
    if (o->channels == 2)
        return "must be 1 for grey or 3 for RGB, got 2";
    *key = "data.background";
    return o->background.count <= 1 || o->background.count == 3
               ? NULL
               : "must be one number, a grey, or three: [red, green, blue]";
}

void data_options_background(const struct data_options *o, unsigned char rgb[3]) {
    const struct number_list *b = &o->background;
    for (int c = 0; c < 3; c++)
        rgb[c] = b->count == 0 ? (b->word == BACKGROUND_WHITE ? 255 : 0)
                               : (unsigned char)(b->items[b->count == 3 ? c : 0] + 0.5);
}
