/* The sections of report.html, one file each, and what they show. Read next: chart.h, plane.h. */
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

    const struct string_list *classes;
    struct sample_set train; /* what the model was trained on */

    /* The model's predictions for samples that it was not trained on. */
    const char *split; /* "test", or "validation" if there is no test set; NULL: neither */
    struct sample_set samples;
    struct evaluation v; /* with class counts and predictions; with confusion unless multi-label */
    struct roc roc;      /* for two classes; otherwise without points */

    struct text text; /* the page so far */
    struct arena arena;
};

/* In the title: which epoch's model it is, and whether training stopped early. */
void training_model(struct report *r);

/* Each function appends its section, if it has something to show. */
void training_write(struct report *r); /* the curves of loss, accuracy and learning rate */
void boundary_write(struct report *r); /* of a table with two columns and one label per sample */
void weights_write(struct report *r);  /* of an affine first layer, as images like its input */

/* These need a split. */
void classes_write(struct report *r);          /* the confusion matrix, and figures per class */
void precision_recall_write(struct report *r); /* for two classes */
void mistakes_write(struct report *r);         /* the samples that the model is most wrong about */
void reliability_write(struct report *r); /* confidence against accuracy; one label per sample */
