/* The rows that the header of a table's model takes: one float per column of the table, in which a
 * text is a number 0, 1, ... among those of its column, and NAN is a missing cell. */
#pragma once

#include "base/text.h"
#include "runs/model_file.h"

enum { ROW_NUMBER = -1, ROW_MISSING = -2 };

/* What a feature is: the number in a column, or 1 for this text there, or 1 for a missing cell. */
struct row_feature {
    int column, text; /* or ROW_NUMBER, ROW_MISSING */
    float fill;       /* for a missing number */
};

struct row {
    struct string_list columns; /* the names; none for pictures */
    struct row_feature *features;
    float *example; /* [columns]: a row for self-tests */
};

/* From the model file of a table; in the arena. */
ERROR_CHECKED int row_make(struct row *r, const struct model_file *f, struct arena *a,
                           struct error *e);

/* The features of its example, not scaled. */
void row_encode(const struct row *r, int features, float *values);

/* Append parts of the header: an enum of the columns and the function that finds a text's number;
 * the table of the features. */
void row_add_columns(const struct row *r, const struct model_file *f, struct text *out);
void row_add_features(const struct row *r, const struct model_file *f, struct text *out);
