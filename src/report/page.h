/* report.html: a run on one page, for people. One file that needs no network and no script, in
 * light and dark, on a phone and on paper; every part of it is made of the run's own files.
 *
 * page.c       the page: title, sections, provenance
 * findings.c   what the model makes of the test set
 * chart.c      curves over the epochs, as SVG
 * classes.c    the confusion matrix, and figures of each class
 * mistakes.c   the pictures that the model is most wrong about
 * reliability.c  its probabilities against how often it is right, as SVG
 * weights.c    what the first layer looks for, as pictures
 * boundary.c   how the plane of a table with two columns is divided (plane.h)
 * html.c       text and pictures in HTML;  style.c the one style sheet */
#ifndef ONEHOT_REPORT_PAGE_H
#define ONEHOT_REPORT_PAGE_H

#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/scaling.h"
#include "model/model.h"
#include "train/config.h"

/* What was trained, in which way, on what. */
struct page {
    const char *directory; /* of the run: holds metrics.csv and result.json */
    const struct config *config;
    const struct dataset *data;
    const struct scaling *scaling; /* what the model sees of the data */
    struct model *model;           /* as it was saved; its activations are overwritten */
    struct thread_pool *pool;      /* or NULL */
};

/* Writes report.html into the run's directory, whole or not at all. But for what result.json says
 * of time and machine, it is a function of config and data. */
ERROR_CHECKED int page_write(const struct page *p, struct error *e);

#endif
