/* The sections of report.html, one file each, and the predictions that several of them use. */
#pragma once

#include "report/html.h"
#include "report/page.h"
#include "runs/metrics.h"
#include "train/roc.h"

/* The model's predictions for samples that it was not trained on. */
struct test_results {
    const char *split; /* "test", or "validation" if there is no test set; NULL: neither */
    const struct string_list *classes;
    struct sample_set train, samples; /* train: what it was trained on */
    struct evaluation v; /* with class counts and predictions; with confusion unless multi-label */
    struct roc roc;      /* of two classes; otherwise it has no points */
    struct arena arena;
};

/* Runs the model on them. Free r->arena afterwards, even after a failure. */
ERROR_CHECKED int test_results_make(struct test_results *r, const struct page *p, struct error *e);

/* The box of a chart whose axes go from 0 to 100 %, in SVG units, as in the template's
 * "percent-axes". */
enum { SECTIONS_LEFT = 60, SECTIONS_RIGHT = 450, SECTIONS_TOP = 36, SECTIONS_BOTTOM = 256 };

static inline double sections_x(double fraction) {
    return SECTIONS_LEFT + (SECTIONS_RIGHT - SECTIONS_LEFT) * fraction;
}

static inline double sections_y(double fraction) {
    return SECTIONS_BOTTOM - (SECTIONS_BOTTOM - SECTIONS_TOP) * fraction;
}

/* In the title: which epoch's model it is, and whether training stopped early. */
void training_model(const struct config *c, const struct metrics *m, struct text *t);

/* Each function appends its section. The curves over the epochs: nothing if there are none. */
void training_write(const struct page *p, const struct test_results *r, const struct metrics *m,
                    struct text *t);

/* These four need a split, and reliability_write needs one label per sample. */
void classes_write(const struct model *m, const struct test_results *r, struct text *t);
void precision_recall_write(const struct test_results *r, struct text *t); /* of two classes */
void reliability_write(const struct test_results *r, struct text *t);
ERROR_CHECKED int mistakes_write(const struct page *p, const struct test_results *r, struct text *t,
                                 struct error *e);

/* Writes nothing unless the data is a table of two columns with training samples of one class each.
 */
ERROR_CHECKED int boundary_write(const struct page *p, struct text *t, struct error *e);

/* Writes nothing if the first layer is not affine, or the data is a table. */
ERROR_CHECKED int weights_write(const struct page *p, struct text *t, struct error *e);
