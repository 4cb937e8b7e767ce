/* What the files of predict share. Arguments (predict.c) name pictures (pictures.c) or rows of
 * tables (table_rows.c); those are predicted in batches (batch.c), so that memory holds few of them
 * at once, and printed (output.c). */
#pragma once

#include "base/thread_pool.h"
#include "data/tables/columns.h"
#include "picture/picture.h"
#include "programs/trained.h"
#include "report/ranked.h"
#include "ui/table.h"
#include "json/json.h"

struct options {
    bool invert, fit, attention, json, csv;
    double threshold;
    int top, threads;
    const char *attention_png, *columns;
};

struct predict_sample {
    const char *path; /* of a picture; of a row, where it is: "new.csv, line 2" */
    const char *id;   /* for CSV: the path, or the row's number */
    char *name;       /* the path as plain text */
    struct error why; /* a picture cannot be read */
};

struct predict {
    const struct options *o;
    const struct model_file *model;
    struct thread_pool *pool;
    bool table;  /* the model is for rows, not pictures */
    bool single; /* one picture or row is all there is */

    struct dataset batch;                       /* its test split is the batch */
    struct sample_set set;                      /* the samples so far */
    struct predict_sample sample[TRAINED_ROWS]; /* their texts are in `texts` */
    struct arena texts;
    long long predicted, refused;
    struct error last; /* why the last of them was refused */

    struct ranked *order; /* room for the classes, the most probable first */
    struct text text;
    struct json json;
    struct table csv;

    bool noted; /* that a picture may have dark and light swapped */

    struct data_options from; /* how to read tables */
    struct data_expected expected;
    struct columns given; /* of rows that are arguments: those that the model uses */
    long long rows;
};

/* Adds a sample, with copies of its path and id; the values of a row were written to batch_row.
 * Predicts and prints the batch if it is full. */
float *batch_row(const struct predict *p);
struct picture batch_picture(const struct predict *p, int i); /* sample i; do not free it */
ERROR_CHECKED int batch_add(struct predict *p, const char *path, const char *id, struct error *e);

/* Reports on standard error, soon, why a sample or file is not predicted. Fails if the others
 * cannot be predicted either: if memory ran out. */
ERROR_CHECKED int batch_refuse(struct predict *p, const struct error *why, struct error *e);

/* Before the first sample; after the last, where `result` is that of adding them. batch_close fails
 * if a sample was refused; if it was the only one, the error is the reason. */
ERROR_CHECKED int batch_open(struct predict *p, struct error *e);
ERROR_CHECKED int batch_close(struct predict *p, int result, struct error *e);

/* Reads the pictures of the batch, and refuses those that cannot be used. */
ERROR_CHECKED int pictures_read(struct predict *p, struct error *e);

/* Finds the model's columns; predicts the rows of a file, or a row of values: the first arguments,
 * one per column that the model uses, in their order in the training data. */
ERROR_CHECKED int table_rows_open(struct predict *p, struct error *e);
ERROR_CHECKED int table_rows_take(struct predict *p, const char *path, struct error *e);
ERROR_CHECKED int table_rows_values(struct predict *p, char **arguments, struct error *e);

/* Begin the output; add what the model predicts for sample i of its last pass; print what was added
 * to JSON or CSV. */
ERROR_CHECKED int output_open(struct predict *p, struct error *e);
ERROR_CHECKED int output_add(struct predict *p, int i, struct error *e);
ERROR_CHECKED int output_flush(struct predict *p, bool end, struct error *e);
