/* What is in a table, found before its rows are converted: the number of rows and their labels,
 * what each column holds, and the texts and means of the training rows. */
#pragma once

#include "data/tables/columns.h"

enum { SURVEY_MAX_TEXTS = 100 }; /* different ones in a column */

/* Reads all rows, but those that the options leave out, and counts the cells of the columns. With a
 * trained model in the options, the classes are the model's; and only the rows and labels are
 * looked at. */
ERROR_CHECKED int survey_read(struct columns *c, struct error *e);

/* Finds texts, means and missing cells of the training rows: of all rows but those drawn for the
 * test set, or of all if those are all. */
ERROR_CHECKED int survey_measure(struct columns *c, struct error *e);
