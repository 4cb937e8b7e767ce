/* The per-class part of evaluate's output. */
#pragma once

#include "report/figures.h"

/* Prints a line per class, then the means over the classes, and, unless multi-label, the confusion
 * matrix, or the ten most frequent mistakes if it is wider than the terminal. */
void per_class_print(const struct figures *f);
