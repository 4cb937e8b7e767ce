/* Precision, recall and F1 of each class, for people and as JSON. */
#pragma once

#include "keys/key.h"
#include "train/evaluation.h"
#include "json/json.h"

/* A line per class. Multi-label models get F1, too, and the means over all classes: micro, of the
 * sums of their counts; macro, of their figures, where one that is undefined (0/0) counts as 0. */
void class_figures_print(const struct string_list *names, const struct class_counts *counts,
                         bool multi_label);

/* The same as members of the open object: "classes", and "micro" and "macro". */
void class_figures_json(const struct string_list *names, const struct class_counts *counts,
                        bool multi_label, struct json *j);
