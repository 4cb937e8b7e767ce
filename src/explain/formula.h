/* The matrices that a training step reads or computes, and their formulas, element by element.
 *
 * A formula is a text, such as
 *
 *   y[n,j] = b[j] + sum_i x[n,i] * W[i,j]
 *
 * A reader sees it with the names of one model's matrices or, for one element, with the numbers
 * inserted. Nothing here computes the element: its value comes from the trainer.
 *
 * Left of "=" are the matrix and the letters of its row and column (one letter: the elements in
 * order). Right of it: numbers, names, matrices with indices (letters or digits), letters, which
 * count from 0, + - * / ^, exp() log() sqrt() tanh() max(,), sum_i over a letter (of the product
 * that follows), and `A if B > C else D`, or ==. What the model's options cancel is left out: a
 * factor of 1, a term of 0, the alternative that is not taken; so is an index with only one value.
 */
#pragma once

#include "base/text.h"
#include "tensor/tensor.h"

struct quantity {
    const char *name;            /* "W0" */
    struct tensor value;         /* a view; a vector has one row, a number one element */
    bool target;                 /* in a sum of products, its 0 and 1 only select terms */
    const char *formula;         /* how the trainer computes it, or NULL */
    const struct binding *scope; /* what the names in the formula stand for */
    const char *words;           /* if there is no formula, a description */
    const struct stage *stage;   /* in which it is computed or first used */
    const struct quantity *next; /* or NULL */
};

/* What a name in a formula stands for: a matrix or a number. Of two bindings of a name, the newer
 * counts. */
struct binding {
    const char *name;
    const struct quantity *quantity;
    double number;
    const struct binding *older;
};

/* How to write numbers. */
struct style {
    int digits; /* significant ones */
    int terms;  /* a longer sum is cut to its first few nonzero terms */
    bool links; /* for page.js: an element is "{NAME:INDEX TEXT}" */
};

/* Writes the formula with names, "z0[j] = b0[j] + sum_i x[i] * W0[i,j]"; or for element i, in the
 * order of rows, with numbers, "0.1 + 0.5 * 1.2 + (-0.3) * 0.7", or if that would be just another
 * element, with its name. Returns whether all of it was written. */
bool formula_write(const struct quantity *q, size_t i, bool numbers, const struct style *s,
                   struct text *t);

/* A name or a number, for text_printf: valid until the end of the statement that calls. */
struct formula_text {
    char text[128];
};

/* The name of element i, in the order of rows: "z0[0,1]", without indices that have only one value.
 */
struct formula_text formula_element(const struct quantity *q, size_t i);

/* A number with that many significant digits; never -0. */
struct formula_text formula_number(double x, int digits);

/* Element i, by its name or its number, marked for page.js if the style has links. */
struct formula_text formula_link(const struct quantity *q, size_t i, bool name,
                                 const struct style *s);
