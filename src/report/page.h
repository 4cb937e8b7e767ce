/* Writes report.html, which shows a run on one page. It is a single file, made from the run's own
 * files: JSON and the script that draws it. It needs no network, and suits light and dark screens,
 * phones and paper.
 *
 * Read next: plane.h; the page's frame is in report.html, its styles in report.css, and what draws
 * it in chart.js and report.js. */
#pragma once

#include "report/figures.h"
#include "report/html.h"
#include "runs/metrics.h"

struct page {
    const char *directory; /* of the run, with metrics.csv and result.json */
    const struct config *config;
    const struct dataset *data;
    const struct sample_set *samples; /* [SPLITS]; the last two may be empty */
    struct model *model;              /* as saved; its activations are overwritten */
    struct thread_pool *pool;         /* or NULL */

    /* While it is written: */
    struct metrics metrics;
    char *result; /* result.json, which is an object */

    /* On samples that it was not trained on: the test set, or the validation set if there is no
     * test set. The split is NULL if there is neither. */
    struct figures figures;
    struct arena arena;
};

/* Writes report.html into the run's directory, completely or not at all. The page is a function of
 * config and data, apart from the time and the machine, which result.json names. */
ERROR_CHECKED int page_write(struct page *p, struct error *e);

/* Appends the JSON that the page is drawn from. */
ERROR_CHECKED int page_json(struct page *p, struct text *t, struct error *e);

/* ---- the sections, in sections.c unless another file is named: each adds its members, if it has
 * something to show, to the open object ---- */

void training_write(struct page *p, struct json *j);  /* the epochs */
void augmented_write(struct page *p, struct json *j); /* distorted training images */
void weights_write(struct page *p, struct json *j);   /* pictures of an affine first layer */
void plane_write(struct page *p, struct json *j);     /* plane.c: of data with two columns */

/* These need a split. */
void precision_recall_write(struct page *p, struct json *j); /* for two classes */
void mistakes_write(struct page *p, struct json *j); /* mistakes.c: those with the highest loss */
