/* Writes report.html, a run on one page. It is one file, built from the run's own files. It needs
 * no network and no script, and is made for light and dark screens, phones and paper.
 *
 * page.c          the page: what it shows, title, sections, provenance
 * chart.c         curves over the epochs, as SVG
 * classes.c       the confusion matrix, and figures per class
 * training.c      which epoch's model it is; the curves of loss, accuracy and learning rate
 * precision_recall.c  precision against recall for two classes, as SVG
 * mistakes.c      the samples that the model is most wrong about
 * reliability.c   confidence against accuracy, as SVG
 * weights.c       the weights of the first layer, as pictures
 * boundary.c      the decision boundary, for a table with two columns (plane.h)
 * html.c          the head of a page, and pictures in HTML
 * report.html     the markup, in parts;  report.css the style sheet */
#pragma once

#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/scaling.h"
#include "model/model.h"
#include "train/config.h"

/* The run. */
struct page {
    const char *directory; /* of the run: holds metrics.csv and result.json */
    const struct config *config;
    const struct dataset *data;
    const struct scaling *scaling; /* from the data to the model's input */
    struct model *model;           /* as saved; its activations are overwritten */
    struct thread_pool *pool;      /* or NULL */
};

/* Writes report.html into the run's directory, completely or not at all. Apart from the time and
 * machine in result.json, the page is a function of config and data. */
ERROR_CHECKED int page_write(const struct page *p, struct error *e);
