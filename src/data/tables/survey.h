/* What is in a table, found before its rows are converted: the number of rows and their labels,
 * what each column holds, and the texts and means of the training rows. */
#pragma once

#include "data/tables/columns.h"

enum { SURVEY_MAX_TEXTS = 100 }; /* different ones in a column */

struct survey {
    int rows;             /* without those left out */
    int *labels;          /* [rows]: an index of classes; if multi-label, the first label, or 0 */
    int unlabelled;       /* rows without a label */
    long unlabelled_line; /* where the first of them begins */
    struct dictionary classes; /* if there is one label: as they occur in the rows */
};

/* Reads all rows, but those that the options leave out, and counts the cells of the columns. With a
 * trained model in the options, the classes are the model's; and only the rows and labels are
 * looked at. Call survey_free even after a failure. */
ERROR_CHECKED int survey_read(struct survey *s, struct columns *c, const struct data_options *from,
                              struct error *e);
void survey_free(struct survey *s);

/* Finds texts, means and missing cells of the training rows: of all rows but those `drawn` for the
 * test set, which may be NULL. */
ERROR_CHECKED int survey_measure(const struct survey *s, struct columns *c,
                                 const struct data_options *from, const char *drawn,
                                 struct error *e);
