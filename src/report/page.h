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
    struct arena *arena;              /* the caller's */

    /* While it is written: */
    struct metrics metrics;

    /* On samples that it was not trained on: the test set, or the validation set if there is no
     * test set. The split is NULL if there is neither. */
    struct figures figures;
};

/* Writes report.html into the run's directory, completely or not at all. The page is a function of
 * config and data, apart from the time and the machine, which result.json names. */
ERROR_CHECKED int page_write(struct page *p, struct error *e);

/* Appends the JSON that the page is drawn from. */
ERROR_CHECKED int page_json(struct page *p, struct text *t, struct error *e);

/* Sections of the page: each adds its members, if it has something to show, to the open object. */
void plane_write(struct page *p, struct json *j);    /* plane.c: of data with two columns */
void mistakes_write(struct page *p, struct json *j); /* mistakes.c: the highest losses of a split */
