/* What each column of a table is for: a label, features, or nothing. */
#pragma once

#include "data/tables/columns.h"

/* For training: finds the label columns, and chooses those that become features: all others, or as
 * the options say. */
ERROR_CHECKED int choose_columns(struct columns *c, struct error *e);

/* For a trained model, which the options expect: finds the columns that it uses, by name or,
 * without a header, by position, if the file has as many columns as the model uses, with or without
 * the label. Finds the label columns, too, if `labelled`. Sets the features. */
ERROR_CHECKED int choose_expected(struct columns *c, bool labelled, struct error *e);
