/* The sections of the page, each one file, and what they have in common. */
#ifndef ONEHOT_REPORT_SECTIONS_H
#define ONEHOT_REPORT_SECTIONS_H

#include "report/html.h"
#include "report/page.h"
#include "train/evaluation.h"

/* What the model makes of the samples that it was not trained on. */
struct test_results {
    const char *split; /* "test", or "validation" where there is no test set; NULL: neither */
    struct sample_set samples;
    struct evaluation v; /* with tallies and outcomes, and confusion but of several labels */
    struct arena arena;
};

/* Runs the model over them. Free f->arena afterwards, after a failure too. */
ERROR_CHECKED int test_results_make(struct test_results *f, const struct page *p, struct error *e);

/* Which class one of class c is taken for most often, other than c; -1: never for another, or of
 * several labels, where that cannot be said. */
int test_results_confused_with(const struct test_results *f, int classes, int c);

/* Each appends its section; these three need a split, and reliability one label a sample. */
void classes_write(const struct page *p, const struct test_results *f, struct text *t);
void reliability_write(const struct test_results *f, struct text *t);
ERROR_CHECKED int mistakes_write(const struct page *p, const struct test_results *f, struct text *t,
                                 struct error *e);

/* Nothing where the data is no table of two columns, with samples to train on, each of one class.
 */
ERROR_CHECKED int boundary_write(const struct page *p, struct text *t, struct error *e);

/* Nothing where the first layer is not linear, or the data a table. */
ERROR_CHECKED int weights_write(const struct page *p, struct text *t, struct error *e);

/* The style sheet. */
extern const char style_sheet[];

#endif
