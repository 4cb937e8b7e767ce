/* Compares a function's answers with the right ones. */
#pragma once

#include "child.h"
#include "grade.h"

/* Calls f on every case. Fills in v->state, text, cases and numeric. Call it in a child. */
void compare_exercise(const struct exercise *x, void (*f)(void), struct verdict *v);
