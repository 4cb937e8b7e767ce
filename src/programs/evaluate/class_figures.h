/* Precision, recall and F1 of each class, for people and as JSON. */
#pragma once

#include "keys/key.h"
#include "train/evaluation.h"
#include "json/json.h"

/* A line per class. For multi-label models, adds F1 and the averages over all classes: micro,
 * computed from the summed counts; macro, the mean of the values per class, in which an undefined
 * one (0/0) counts as 0. */
void class_figures_print(const struct string_list *names, const struct class_counts *counts,
                         bool multi_label);

/* The same as members of the open object: "classes", and "micro" and "macro". */
void class_figures_json(const struct string_list *names, const struct class_counts *counts,
                        bool multi_label, struct json *j);
