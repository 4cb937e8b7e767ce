/* What the files of predict share. Arguments (predict.c) name images or rows of tables
 * (table_rows.c). They are predicted in batches (batch.c), so that few of them are in memory at
 * once, and printed (output.c). */
#pragma once

#include "data/tables/columns.h"
#include "picture/picture.h"
#include "programs/commands.h"
#include "programs/trained.h"
#include "report/ranked.h"
#include "ui/table.h"

struct predict_sample {
    const char *path; /* of an image; of a row, where it is: "new.csv, line 2" */
    const char *id;   /* for CSV: the path, or the row's number */
    char *name;       /* the path as plain text */
    struct error why; /* why an image cannot be read */
};

struct predict {
    const struct options *o;
    const struct model_file *model;
    struct thread_pool *pool;
    bool table;  /* the model is for rows, not images */
    bool single; /* there is only one sample */

    struct dataset batch;                       /* its test split is the batch */
    struct sample_set set;                      /* the samples so far */
    struct predict_sample sample[TRAINED_ROWS]; /* their texts are in `texts` */
    struct arena texts;
    long long predicted, refused;
    struct error last; /* why the last refused sample was refused */

    struct ranked *order; /* room for the classes, the most probable first */
    struct text text;
    struct json json;
    bool titled; /* the titles of CSV have been printed */

    bool noted; /* that an image may have dark and light swapped */

    struct data_options from; /* how to read tables */
    struct columns given;     /* of rows that are arguments: those that the model uses */
    long long rows;
};

/* Adds a sample, with copies of its path and id; the values of a row are in the batch already.
 * Predicts and prints the batch if it is full. */
struct picture batch_image(const struct predict *p, int i); /* of sample i; do not free it */
ERROR_CHECKED int batch_add(struct predict *p, const char *path, const char *id, struct error *e);

/* Reports on standard error, soon, why a sample or file is not predicted. Fails if the others
 * cannot be predicted either, because memory ran out. */
ERROR_CHECKED int batch_refuse(struct predict *p, const struct error *why, struct error *e);

/* Call batch_open before the first sample is added and batch_close after the last, with the result
 * of adding them. batch_close fails if a sample was refused; if it was the only one, the error is
 * the reason. */
ERROR_CHECKED int batch_open(struct predict *p, struct error *e);
ERROR_CHECKED int batch_close(struct predict *p, int result, struct error *e);

/* Finds the model's columns; predicts the rows of a file, or a row of values: the first arguments,
 * one per column that the model uses, in their order in the training data. */
ERROR_CHECKED int table_rows_open(struct predict *p, struct error *e);
ERROR_CHECKED int table_rows_take(struct predict *p, const char *path, struct error *e);
ERROR_CHECKED int table_rows_values(struct predict *p, char **arguments, struct error *e);

/* Begin the output; print what the model predicts for sample i of its last pass; end the output. */
ERROR_CHECKED int output_open(struct predict *p, struct error *e);
ERROR_CHECKED int output_add(struct predict *p, int i, struct error *e);
ERROR_CHECKED int output_close(struct predict *p, struct error *e);

/* ---- attention.c: one T x T map per head; row t says how row t of the image (token t) distributes
 * its attention over the T rows ---- */

/* Fails if the model has no attention layer. */
ERROR_CHECKED int attention_check(const struct model_file *f, struct error *e);

/* For this row of the model's last pass: prints every map, its largest value the brightest; adds
 * "attention", a list of {"layer", "head", "map"}, to the open object. The rows of a map sum to
 * 1. */
ERROR_CHECKED int attention_print(const struct model *m, int row, struct error *e);
void attention_json(const struct model *m, int row, struct json *j);

/* Writes the maps of row 0 as a PNG file: one line per layer, one map per head. To the left of a
 * map is the image, its attending rows aligned with the map's rows. Above the map is the image
 * transposed, its attended rows aligned with the map's columns. */
ERROR_CHECKED int attention_write(const struct model *m, const struct picture *p, const char *path,
                                  struct error *e);
