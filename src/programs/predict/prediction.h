/* Predicts the classes of one sample and prints them: of a picture (predict.c) or of the row of a
 * table (table_rows.c). */
#pragma once

#include "picture/picture.h"
#include "runs/model_file.h"
#include "json/json.h"

struct prediction_output {
    const struct model_file *model;
    int *order;     /* room for the classes, the most probable first */
    struct json *j; /* an open list; NULL: print for people */
    bool attention; /* add the attention weights (attention.h) */
};

/* Runs the model on the only sample of this split, whose label does not matter, and prints what it
 * predicts. `name` is the sample's name. Shows `picture` or, if it is NULL, the values of the row.
 */
ERROR_CHECKED int prediction_print(const struct prediction_output *p, const struct split *sample,
                                   const char *name, const struct picture *picture,
                                   struct error *e);
