/* What a dataset notes about the tables that it was read from, and lists of columns. */
#pragma once

#include "data/tables/columns.h"

/* The columns ... */
enum listed {
    LIST_ALL,
    LIST_UNUSED,   /* that neither the model nor the labels use */
    LIST_LEFT_OUT, /* that only number the rows */
    LIST_COUNTING, /* that count the rows, but are used */
    LIST_MISSING,  /* with missing cells */
    LIST_TOO_MANY, /* with too many texts, or with nearly as many as rows */
    LIST_EMPTY,    /* with nothing but missing cells in the training rows */
    LIST_TEXTS,    /* whose texts became features */
    LIST_BOOLEANS, /* of true and false, with the number of cells */
    LIST_FILLED,   /* with missing cells in the training rows */
    LIST_UNKNOWN,  /* with texts that the training rows do not have */
};

enum { LIST_NAME = -1 };

/* What is listed of a column: a number, LIST_NAME for the name alone, or 0 for nothing. */
int notes_number(const struct column *k, enum listed which);

/* A list for a note or an error, in the arena: "a" (7), "b" (1), and 3 more. */
const char *notes_list(const struct columns *c, enum listed which);

/* Notes what was found in a file. `first`: of the dataset's files; then its dialect and columns are
 * noted, too. */
ERROR_CHECKED int notes_add(struct dataset *d, const struct columns *c, bool first,
                            struct error *e);

/* About the values of the training rows: constant features and, if they are not to be scaled,
 * features of very different size. */
ERROR_CHECKED int notes_values(struct dataset *d, const struct data_options *from, struct error *e);
