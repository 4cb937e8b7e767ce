/* The sections of report.html, one file each, and what they show. Read next: plane.h. */
#pragma once

#include "report/html.h"
#include "report/page.h"
#include "runs/metrics.h"
#include "train/evaluation.h"
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
void plane_write(struct report *r);    /* the decision boundary, of data with two columns */
void weights_write(struct report *r);  /* of an affine first layer, as images like its input */

/* These need a split. */
void classes_write(struct report *r);          /* the confusion matrix, and figures per class */
void precision_recall_write(struct report *r); /* for two classes */
void mistakes_write(struct report *r);         /* the samples that the model is most wrong about */
void reliability_write(struct report *r); /* confidence against accuracy; one label per sample */

/* ---- chart.c: curves over the epochs, as inline SVG ---- */

struct chart {
    const char *title, *unit; /* plain text; the unit may be "" */
    bool percent;             /* the values are fractions, shown in percent */
    bool from_zero;           /* the axis starts at 0 */
    struct {
        const char *name; /* NULL: there is no such line */
        size_t field;     /* which double of a struct train_epoch it shows */
    } lines[2];
    int square; /* the epoch, or 0, at which a square marks the value `at`, like the first line */
    double at;
};

/* Writes the SVG element, with axes, and the values under the pointer. There is at least one row. A
 * line without any number is left out. `mark` is an epoch to mark on the last line, or 0. */
void chart_write(const struct chart *c, const struct metrics *m, int mark, struct text *t);
