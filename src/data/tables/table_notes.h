/* What a dataset notes about the tables that it was read from. */
#pragma once

#include "data/tables/columns.h"
#include "data/tables/encoder.h"
#include "data/tables/survey.h"

/* About a file's dialect and, for a trained model, the columns that it does not use. */
ERROR_CHECKED int table_notes_file(struct dataset *d, const struct columns *c, bool trained,
                                   struct error *e);

/* About rows that were left out, and cells with texts that the training rows do not have. */
ERROR_CHECKED int table_notes_rows(struct dataset *d, const struct survey *s,
                                   const struct encoder *encoder, struct error *e);

/* About the values of the training rows: constant features and, if they are not to be scaled,
 * features of very different size. */
ERROR_CHECKED int table_notes_values(struct dataset *d, const struct data_options *from,
                                     struct error *e);
