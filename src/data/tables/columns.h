/* A table in a file: its columns, what each is for, and how its cells become features. */
#pragma once

#include "data/tables/features.h"
#include "data/tables/reader.h"

struct column {
    const char *name;
    int label;     /* which label it holds, or -1 */
    bool used;     /* it becomes features */
    bool chosen;   /* data.columns lists it, so it is used whatever it contains */
    bool nameless; /* the header has no name for it; not used unless chosen */
    bool left_out; /* it only numbers the rows */

    /* in all rows of a training table (survey_read) */
    int cells[CELL_KINDS]; /* how many of each kind */
    long odd_line;         /* of the first cell that is neither a number nor missing */
    char odd[48];          /* its text, or the start of it */
    bool whole;            /* it has only whole numbers, and no missing cells */
    double min, max;       /* of these numbers */
    bool counts_rows;      /* they are 0, 1, 2, ... or 1, 2, 3, ... */

    /* in its training rows (survey_features) */
    int missing, filled; /* cells */
    double sum;          /* of the numbers */
    bool too_many;       /* it has more than SURVEY_MAX_TEXTS texts */

    /* the features (encoder.c) */
    enum feature_kind kind;  /* number, boolean or category */
    int at;                  /* its feature; the first one of its categories */
    int missing_at;          /* the feature for missing cells, or -1 */
    float fill;              /* the value of a missing cell */
    struct dictionary texts; /* of categories: text i is feature at + i */
    int unknown;             /* cells so far with another text: all its categories are 0 */
    bool warned;             /* of such a text, by predict */
};

struct columns {
    const struct data_options *from;
    struct reader reader;
    int count;
    struct column *items;      /* [count]: one per field of a row */
    struct dictionary names;   /* of all columns, in their order */
    bool header;               /* whether the first record names the columns */
    struct string_list first;  /* the texts of the first record */
    struct string_list labels; /* the columns that hold labels: one, or several if multi-label */
    int *label_fields;         /* [labels.count]: their positions */
    int features;              /* of a row */
    long left_out;             /* rows left out so far, as data.missing says, if labels are read */
    struct arena *arena;       /* owns all but the reader and row_labels */

    /* in all rows but those left out (survey_read) */
    int rows;
    long missing_line;  /* of the first missing cell, or 0 */
    int missing_column; /* ... and its column */
    int *row_labels;    /* [rows]: an index of classes; if multi-label, the first label, or 0 */
    struct dictionary classes; /* if there is one label: as they occur in the rows */
    char *drawn;               /* [rows]: 1 for those of the test set; NULL: none */
    int ndrawn;
};

/* Opens the file and names its columns. Without a header they are c0, c1, ... Call columns_free
 * even after a failure. */
ERROR_CHECKED int columns_open(struct columns *c, const char *path, const struct data_options *from,
                               struct arena *a, struct error *e);
void columns_free(struct columns *c);

/* Starts anew with columns of these names, one per field of a row. */
ERROR_CHECKED int columns_rename(struct columns *c, const struct string_list *names,
                                 struct error *e);

/* The column with this name or, if there is none, at this position: 0 .., or -1 .. from the end. -1
 * if there is no such column. */
int columns_find(const struct dictionary *names, const char *label);

/* Whether there is the label column, or the first of several. */
bool columns_labelled(const struct dictionary *names, const char *label);

/* Back to before the first row; and the next row: 1, or 0 at the end, or -1. */
ERROR_CHECKED int columns_rewind(struct columns *c, struct error *e);
ERROR_CHECKED int columns_next(struct columns *c, struct error *e);

/* ---- encoder.c: turns the cells of a record into features (features.h): the same conversion for
 * training, evaluation and prediction ---- */

/* Sets the features of the columns to the dataset's, each of which must have a column. `path` is
 * for errors: where the features come from. */
ERROR_CHECKED int encoder_set(struct columns *c, const struct dataset *d, const char *path,
                              struct error *e);

/* Turns the current record into the features x, or refuses a cell that does not fit. */
ERROR_CHECKED int encoder_run(struct columns *c, float *x, struct error *e);

/* Records why a cell is not a number, as the end of a sentence. Returns -1. */
int encoder_not_a_number(const char *cell, char mark, struct error *why);

/* ---- choose.c: what each column is for: a label, features, or nothing ---- */

/* For training: finds the label columns, and chooses those that become features: all others, or as
 * the options say. */
ERROR_CHECKED int choose_columns(struct columns *c, struct error *e);

/* For a trained model, which the options expect: finds the columns that it uses, by name or,
 * without a header, by position, if the file has as many columns as the model uses, with or without
 * the label. If `labelled`, finds the label columns, too. Sets the features. */
ERROR_CHECKED int choose_expected(struct columns *c, bool labelled, struct error *e);

/* ---- survey.c: what is in a table, found before its rows are converted ---- */

enum { SURVEY_MAX_TEXTS = 100 }; /* different ones in a column */

/* Reads all rows, except those that the options leave out. With a trained model in the options,
 * finds only rows and labels; the classes are the model's. Otherwise counts the cells of the
 * columns, and decides what each is:
 *
 *   - A column that only numbers the rows is left out: whole numbers in a column named id, index or
 *     ...Id, from a range that has at least one for each row. Under another name they may be a
 *     feature, such as a day; a note says so if they count 1, 2, 3, ... in ten rows or more.
 *   - If all its cells are numbers, it is a column of numbers.
 *   - If at least nine of ten are numbers, the others are mistakes, which are refused.
 *   - If all are true, false, yes or no, it is boolean.
 *   - Otherwise its cells are categories.
 *
 * Missing cells do not count; without data.missing they are refused. Columns that data.columns
 * lists are not left out. */
ERROR_CHECKED int survey_read(struct columns *c, struct error *e);

/* Measures the training rows, and sets shape, columns and features of the dataset, and those of the
 * columns. Fails if a column has too many texts, or nothing but missing cells. */
ERROR_CHECKED int survey_features(struct dataset *d, struct columns *c, struct error *e);

/* ---- notes.c: lists of columns, and what a dataset notes about its tables ---- */

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

/* What is listed of a column: a number, -1 for the name alone, or 0 for nothing. */
int notes_number(const struct column *k, enum listed which);

/* A list for a note or an error, in the arena: "a" (7), "b" (1), and 3 more. */
const char *notes_list(const struct columns *c, enum listed which);

/* Notes what was found in a file; for a dataset's `first` file, also its dialect and columns. */
void notes_add(struct dataset *d, const struct columns *c, bool first, struct error *e);

/* About the values of the training rows: constant features and, if they are not scaled, features of
 * very different size. */
void notes_values(struct dataset *d, const struct data_options *from, struct error *e);
