/* Makes features (features.h) of the cells of a record: the one conversion for training, evaluation
 * and prediction. */
#pragma once

#include "data/tables/columns.h"

/* Sets the features of the columns, each of which has a column of its name. `path` is for errors:
 * where the features come from. */
ERROR_CHECKED int encoder_set(struct columns *c, const struct string_list *names,
                              const struct specs *features, const char *path, struct error *e);

/* Makes the features x of the current record, or refuses a cell that does not fit. */
ERROR_CHECKED int encoder_run(struct columns *c, float *x, struct error *e);

/* Records why a cell is not a number, as the end of a sentence. */
void encoder_not_a_number(const char *cell, char mark, struct error *why);
