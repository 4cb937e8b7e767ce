/* From a survey of the training table to its features. */
#pragma once

#include "data/tables/survey.h"

/* Sets shape, columns and features of the dataset, and notes how texts and missing cells were
 * converted. Fails if a column has too many texts, or nothing but missing cells. */
ERROR_CHECKED int feature_plan_make(struct dataset *d, struct survey *s, const struct columns *c,
                                    const struct data_options *from, struct error *e);
