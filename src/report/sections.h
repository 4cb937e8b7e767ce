/* The sections of report.html, one file each, and what they show. */
#pragma once

#include "report/html.h"
#include "report/page.h"
#include "runs/metrics.h"
#include "train/roc.h"
#include "json/flat_json.h"

struct report {
    const struct page *page;
    struct metrics metrics;
    struct flat_json result; /* result.json */

    /* The model's predictions for samples that it was not trained on. */
    const char *split; /* "test", or "validation" if there is no test set; NULL: neither */
    const struct string_list *classes;
    struct sample_set train, samples; /* train: what it was trained on */
    struct evaluation v; /* with class counts and predictions; with confusion unless multi-label */
    struct roc roc;      /* of two classes; otherwise it has no points */

    struct text text; /* the page so far */
    struct arena arena;
};

/* In the title: which epoch's model it is, and whether training stopped early. */
void training_model(struct report *r);

/* Each function appends its section, if it has something to show: the curves over the epochs; the
 * decision boundary of a model of the plane with one label per sample; the weights of a first layer
 * that is affine, as pictures of the size of its input. */
void training_write(struct report *r);
void boundary_write(struct report *r);
void weights_write(struct report *r);

/* These need a split, and reliability_write needs one label per sample. */
void classes_write(struct report *r);
void precision_recall_write(struct report *r); /* of two classes */
void mistakes_write(struct report *r);
void reliability_write(struct report *r);
