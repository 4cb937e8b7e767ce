/* The misclassified samples, in the order of the data, for people and as JSON. */
#pragma once

#include "data/sample_set.h"
#include "train/evaluation.h"
#include "json/json.h"

struct wrong {
    const struct dataset *data;
    const struct sample_set *samples;
    const struct model *model;
    const struct evaluation *v; /* of these samples, with predictions; if multi-label, also with
                                 * probabilities */
};

/* A line per sample: its probability for the predicted class (if multi-label, its loss), the actual
 * and the predicted class or labels, and where it is from (dataset_origin). */
ERROR_CHECKED int wrong_print(const struct wrong *w, struct error *e);

/* The same as "wrong" in the open object: "index" is that in the split, "file" and "line" are there
 * if the sample has them, "actual" and "predicted" are lists if multi-label. */
void wrong_json(const struct wrong *w, struct json *j);
