/* What onehot predict makes of a sample, be it a picture (predict.c) or the row of a table
 * (predict_table.c). */
#pragma once

#include "picture/picture.h"
#include "runs/model_file.h"
#include "ui/command.h"
#include "json/json.h"

struct predict_job {
    const struct model_file *saved;
    int *order;                /* of the classes, the most probable first */
    struct json *j;            /* where it is for programs, an open list; NULL: for people */
    bool attention;            /* whether to add where its parts look (attention.h) ... */
    const char *attention_png; /* ... and the file for a picture of that, or NULL */
};

/* Sends the only sample of this split, whose label is asked for by nobody, through the model and
 * says what comes out. `name` names it; `picture` is shown, NULL for a row, whose values are. */
ERROR_CHECKED int predict_sample(struct predict_job *p, const struct split *sample,
                                 const char *name, const struct picture *picture, struct error *e);

/* Rows for a model of a table: from .csv files, or numbers, one for each column, again and again.
 */
ERROR_CHECKED int predict_table(struct predict_job *p, char *const *arguments, int count,
                                struct error *e);
