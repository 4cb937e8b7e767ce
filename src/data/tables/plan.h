/* From a survey of the training table to its features. */
#pragma once

#include "data/tables/survey.h"

/* Decides what each column is, by the survey:
 *
 *   - A column that only numbers the rows is left out: whole numbers in a column named id, index or
 *     ...Id, from a range that has at least one for each row. Under another name they may be a
 *     feature, such as a day: if they count 1, 2, 3, ... in a table of ten rows or more, there is a
 *     note.
 *   - If all its cells are numbers, it is a column of numbers.
 *   - If at least nine of ten are numbers, the others are mistakes, which are refused.
 *   - If all are true, false, yes or no, it is boolean.
 *   - Otherwise its cells are categories.
 *
 * Cells that are missing do not count; without data.missing they are refused. Columns that
 * data.columns lists are not left out. */
ERROR_CHECKED int plan_kinds(struct columns *c, struct error *e);

/* Sets shape, columns and features of the dataset, and those of the columns, by what was measured
 * in the training rows. Fails if a column has too many texts, or nothing but missing cells. */
ERROR_CHECKED int plan_features(struct dataset *d, struct columns *c, struct error *e);
