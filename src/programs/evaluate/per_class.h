/* The per-class part of evaluate's output. With `j`, each function adds members to the open JSON
 * object instead of printing. */
#pragma once

#include "train/evaluation.h"
#include "json/json.h"

/* Prints a line per class, then the means over the classes, as in scikit-learn's
 * classification_report: macro, the mean of the classes' values, in which an undefined one (0/0)
 * counts as 0; weighted, the same weighted by the number of samples; for multi-label models also
 * micro, computed from the summed counts. In JSON: "classes", "micro", "macro" and "weighted". */
void per_class_figures(const struct string_list *names, const struct class_counts *counts,
                       bool multi_label, struct json *j);

/* Prints the confusion matrix, classes x classes counts [actual][predicted], or the ten most
 * frequent mistakes if it is wider than the terminal. In JSON: "confusion", always complete. */
void per_class_confusion(const struct string_list *names, const int *confusion, struct json *j);
