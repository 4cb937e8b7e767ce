/* Predictions for the rows of a table. */
#pragma once

#include "programs/predict/prediction.h"

/* The arguments (NULL-terminated) are .csv files, or numbers: one per column for each row. */
ERROR_CHECKED int table_rows_predict(const struct prediction_output *p, char *const *arguments,
                                     struct error *e);
