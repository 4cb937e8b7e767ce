/* What evaluate and the report measure of a model on a split, and the same as JSON. */
#pragma once

#include "train/evaluation.h"
#include "json/json.h"

struct figures {
    struct model *model;
    const struct dataset *data;
    const char *split; /* the name */
    struct sample_set samples;
    struct evaluation v;
    struct calibration calibration; /* of a single-label model */
    struct roc roc;
    const struct roc_point *best; /* for two classes: the highest F1; otherwise NULL */
};

/* Measures the model on f->samples; the arena owns the results. */
ERROR_CHECKED int figures_measure(struct figures *f, struct thread_pool *pool, struct arena *a,
                                  struct error *e);

/* The means over the classes, as in scikit-learn's classification_report: macro, the mean of the
 * classes' values, in which an undefined one (0/0) counts as 0; weighted, the same weighted by the
 * number of samples; for multi-label models also micro, computed from the summed counts. */
enum { MICRO, MACRO, WEIGHTED, MEANS };
extern const char *const figures_means_names[MEANS];

/* Returns the number of samples or, for a multi-label model, of labels. */
long long figures_means(const struct figures *f, struct class_figures means[MEANS]);

/* Adds members to the open object: the figures of all samples, "classes" and the means over them,
 * and, for up to `matrix` classes, unless multi-label, "confusion": classes x classes counts
 * [actual][predicted]. */
void figures_write(const struct figures *f, int matrix, struct json *j);

/* Evaluates sample i of f->samples alone, which leaves its probabilities in row 0 of the model. */
void figures_look(const struct figures *f, int i);

/* Opens an object with the sample that figures_look has evaluated: where it is in the dataset,
 * whose validation samples may be part of "train", and its actual and predicted classes. */
void figures_write_sample(const struct figures *f, int i, struct json *j);

/* Adds the class that the model predicts for a row of its last pass, or its actual one if the key
 * is "actual"; for a multi-label model, a list of them. */
void figures_write_classes(const struct model *m, int row, const struct string_list *names,
                           const char *key, struct json *j);
