/* Precision, recall and F1 of each class, for people and as JSON. */
#pragma once

#include "keys/key.h"
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
