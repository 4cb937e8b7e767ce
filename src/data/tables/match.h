/* Finds the columns of new data that a trained model uses. */
#pragma once

#include "data/tables/columns.h"
#include "data/tables/encoder.h"

/* Sets the fields of the encoder's sources: by name or, without a header, by position, if the file
 * has as many columns as the model uses, with or without the label. Finds the label columns, too,
 * if `labelled`. `expected` must be set in the options. */
ERROR_CHECKED int match_columns(struct columns *c, struct encoder *encoder,
                                const struct data_options *from, bool labelled, struct error *e);
