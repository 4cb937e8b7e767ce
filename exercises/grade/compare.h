/* Right or wrong, and how wrong. */
#ifndef ONEHOT_EXERCISES_COMPARE_H
#define ONEHOT_EXERCISES_COMPARE_H

#include "child.h"
#include "grade.h"

/* Calls f on every case and compares; fills v->state, text, cases, numeric. Run it in a child. */
void compare_exercise(const struct exercise *x, void (*f)(void), struct verdict *v);

#endif
