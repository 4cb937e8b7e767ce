/* Writes report.html, which shows a run on one page. It is a single file, made from the run's own
 * files: JSON and the script that draws it. It needs no network, and suits light and dark screens,
 * phones and paper.
 *
 * Read next: sections.h; the page's frame is in report.html, its styles in report.css, and what
 * draws it in chart.js and report.js. */
#pragma once

#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/sample_set.h"
#include "model/model.h"
#include "train/config.h"

struct page {
    const char *directory; /* of the run, with metrics.csv and result.json */
    const struct config *config;
    const struct dataset *data;
    const struct sample_set *samples; /* [SPLITS]; the last two may be empty */
    struct model *model;              /* as saved; its activations are overwritten */
    struct thread_pool *pool;         /* or NULL */
};

/* Writes report.html into the run's directory, completely or not at all. The page is a function of
 * config and data, apart from the time and the machine, which result.json names. */
ERROR_CHECKED int page_write(const struct page *p, struct error *e);

/* Appends the JSON that the page is drawn from. */
ERROR_CHECKED int page_json(const struct page *p, struct text *t, struct error *e);
