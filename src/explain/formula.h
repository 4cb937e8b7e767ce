/* The formula of a matrix, element by element: from one text, such as
 *
 *   y[n,j] = b[j] + sum_i x[n,i] * W[i,j]
 *
 * to what a reader sees: the same with the names of one model's matrices or, for one element, with
 * the numbers inserted. Nothing here computes the element: its value comes from the trainer.
 *
 * Left of "=" are the matrix and the letters of its row and column (one letter: the elements in
 * their order). Right of it: numbers, names, matrices with indices (letters or digits), letters,
 * which count from 0, + - * / ^, exp() log() sqrt() tanh() max(,), sum_i over a letter (of the
 * product that follows), and `A if B > C else D`, or ==. Whatever the model's options cancel is
 * left out: a factor of 1, a term of 0, the alternative that is not taken; and so is an index that
 * has only one value. */
#pragma once

#include "explain/quantity.h"

/* What a name in a formula stands for: a matrix or a number. If a name is bound twice, the newer
 * binding counts.
 */
struct binding {
    const char *name;
    const struct quantity *quantity;
    double number;
    const struct binding *older;
};

/* "z0[j] = b0[j] + sum_i x[i] * W0[i,j]" */
void formula_symbols(const struct quantity *q, const struct style *s, struct text *t);

/* Of element i, in the order of rows: "0.1 + 0.5 * 1.2 + (-0.3) * 0.7"; if that would be just
 * another element, its name. Returns whether all of it was written. */
bool formula_numbers(const struct quantity *q, size_t i, const struct style *s, struct text *t);
