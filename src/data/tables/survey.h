/* What is in a table, found before its rows are converted: the number of rows and their labels,
 * what each column holds, and the texts and means of the training rows. */
#pragma once

#include "data/tables/cell.h"
#include "data/tables/columns.h"
#include "data/tables/features.h"

enum { SURVEY_MAX_TEXTS = 100 }; /* different ones in a column */

/* What is in a column that becomes features. */
struct tally {
    int cells[CELL_KINDS];      /* how many of each kind */
    long missing_line;          /* of the first missing cell */
    long odd_line;              /* of the first cell that is neither a number nor missing */
    char odd[48];               /* its text, or the start of it */
    bool ascends, numbers_rows; /* it holds whole numbers: each larger than the last; 0, 1, 2, ...
                                   or 1, 2, 3, ... */
    long long last;
    enum feature_kind kind; /* number, boolean or category */

    /* in the training rows */
    int missing, numbers;
    double sum;              /* of its numbers */
    struct dictionary texts; /* of categories */
    bool too_many;           /* there are more texts */
};

struct survey {
    int rows;             /* without those left out */
    long left_out;        /* rows with missing cells, if data.missing is "drop" */
    int *labels;          /* [rows]: an index of classes; if multi-label, the first label, or 0 */
    int unlabelled;       /* rows without a label */
    long unlabelled_line; /* where the first of them begins */
    struct dictionary classes; /* if there is one label: as they occur in the rows */
    struct tally *tallies;     /* [columns] */
};

/* Reads all rows. With a trained model in the options, the classes are the model's; and only the
 * rows and labels are looked at. Call survey_free even after a failure. */
ERROR_CHECKED int survey_read(struct survey *s, struct columns *c, const struct data_options *from,
                              struct error *e);
void survey_free(struct survey *s);

/* Whether the current row is left out because a cell is missing. */
bool survey_leaves_out(const struct columns *c, const struct data_options *from);

/* Finds texts, means and missing cells of the training rows: of all rows but those `drawn` for the
 * test set, which may be NULL. */
ERROR_CHECKED int survey_measure(struct survey *s, struct columns *c,
                                 const struct data_options *from, const char *drawn,
                                 struct error *e);
