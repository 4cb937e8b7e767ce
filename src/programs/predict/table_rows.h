/* Predictions for the rows of a table. */
#pragma once

#include "programs/predict/prediction.h"

/* The arguments (NULL-terminated) are files, or values: for each row one per column that the model
 * uses, in their order in the training data. */
ERROR_CHECKED int table_rows_predict(const struct prediction_output *p, char *const *arguments,
                                     struct error *e);
