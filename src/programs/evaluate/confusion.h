/* The confusion matrix, classes x classes counts [label][predicted], for people and as JSON. */
#pragma once

#include "keys/key.h"
#include "json/json.h"

/* Prints the matrix or, if it is wider than the terminal, the ten most frequent mistakes. */
void confusion_print(const struct string_list *names, const int *confusion);

/* The same as "confusion" in the open object. */
void confusion_json(int classes, const int *confusion, struct json *j);
