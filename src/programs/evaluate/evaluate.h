/* The parts of evaluate's output that are one file each, for people and as JSON: as members of the
 * open object. */
#pragma once

#include "programs/trained.h"
#include "train/evaluation.h"
#include "json/json.h"

/* A line per class, and the means over all classes, as in scikit-learn's classification_report:
 * macro, the mean of the values per class, in which an undefined one (0/0) counts as 0; weighted,
 * the same, weighted by the classes' samples; for multi-label models also micro, computed from the
 * summed counts. */
void class_figures_print(const struct string_list *names, const struct class_counts *counts,
                         bool multi_label);

/* The same as members of the open object: "classes", "micro", "macro" and "weighted". */
void class_figures_json(const struct string_list *names, const struct class_counts *counts,
                        bool multi_label, struct json *j);

/* The confusion matrix, classes x classes counts [label][predicted]; if it is wider than the
 * terminal, the ten most frequent mistakes. */
void confusion_print(const struct string_list *names, const int *confusion);

/* The same as "confusion" in the open object. */
void confusion_json(int classes, const int *confusion, struct json *j);

/* Of an evaluation with predictions: a line per sample, with the probability of the predicted class
 * (if multi-label, the loss), the actual and the predicted class or labels, and where it is from
 * (dataset_origin). If j is not NULL, the same as "wrong" in the open object: "index" is that in
 * the split, "file" and "line" are there if the sample has them, "actual" and "predicted" are lists
 * if multi-label. */
void wrong_write(const struct trained *t, const struct sample_set *samples,
                 const struct evaluation *v, struct json *j);
