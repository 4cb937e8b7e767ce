/* What each section of the report adds to its JSON, in sections.c unless another file is named.
 * Read next: plane.h. */
#pragma once

#include "report/figures.h"
#include "report/html.h"
#include "report/page.h"
#include "runs/metrics.h"

struct report {
    const struct page *page;
    struct metrics metrics;
    char *result; /* result.json, which is an object */

    /* On samples that it was not trained on: the test set, or the validation set if there is no
     * test set. The split is NULL if there is neither. */
    struct figures figures;
    struct arena arena;
};

/* Each function adds its members, if it has something to show, to the open object. */
void training_write(struct report *r, struct json *j);  /* the epochs */
void augmented_write(struct report *r, struct json *j); /* distorted training images */
void weights_write(struct report *r, struct json *j);   /* pictures of an affine first layer */
void plane_write(struct report *r, struct json *j);     /* plane.c: of data with two columns */

/* These need a split. */
void precision_recall_write(struct report *r, struct json *j); /* for two classes */
void mistakes_write(struct report *r, struct json *j); /* mistakes.c: those with the highest loss */
