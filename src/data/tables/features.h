/* The features of a table: the numbers that a model sees, and how they are made from the cells.
 *
 *   number     the number in the cell
 *   boolean    1 for true or yes, 0 for false or no
 *   category   1 if the cell has this text, otherwise 0: one feature per text of the column
 *   missing    1 if the cell is missing, otherwise 0
 *
 * A dataset names its features in `columns`; its `features` say how each is made. The model file
 * keeps a copy of both, so that new data is converted as the training data was. If each feature is
 * the number in the column of its name, `features` is empty. */
#pragma once

#include "data/dataset.h"

enum feature_kind { FEATURE_NUMBER, FEATURE_BOOLEAN, FEATURE_CATEGORY, FEATURE_MISSING };

/* The kinds in that order, for a key; ends with NULL. */
extern const struct kind *const features_kinds[];

/* The options of every kind. */
struct feature {
    const char *column; /* of the file */
    double fill;        /* number, boolean: the value of a missing cell, if those are accepted */
    const char *value;  /* category: the text */
};

/* The column of the file that feature i is made from. */
const char *features_column(const struct dataset *d, int i);

/* The columns that the dataset's features are made from, in their order, in the arena. */
ERROR_CHECKED int features_columns(struct string_list *columns, const struct dataset *d,
                                   const char *path, struct arena *a, struct error *e);
