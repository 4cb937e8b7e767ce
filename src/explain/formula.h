/* The formula of a matrix, element by element: from one text, such as
 *
 *   y[n,j] = bias[j] + sum_i x[n,i] * weight[i,j]
 *
 * to what a reader sees: the same with the names of one model's matrices, and, for one element,
 * with the numbers put in. Nothing here computes the element: that is the trainer's number.
 *
 * Left of "=" stand the matrix and the letters of its row and column (one letter: the elements in
 * their order). Right of it: numbers, names, matrices with indices (letters, or digits), letters,
 * which count from 0, + - * / ^, exp() log() sqrt() tanh() max(,), sum_i over a letter (of the
 * product behind it), and `A if B > C else D`, or ==. What the model's options switch off is left
 * out: a factor 1, a term 0, the alternative that is not taken; so is an index that has only one
 * value. */
#ifndef ONEHOT_EXPLAIN_FORMULA_H
#define ONEHOT_EXPLAIN_FORMULA_H

#include "base/arena.h"
#include "base/text.h"
#include "tensor/tensor.h"

struct formula;

/* A matrix that a step begins with or computes. */
struct quantity {
    char name[24];            /* "W0" */
    struct tensor value;      /* a view; a vector has one row, a number one element */
    bool target;              /* in a sum of products, 0 and 1 in it only choose terms */
    const struct formula *by; /* how the trainer computes it, or NULL */
    const char *words;        /* the same in words, or where it comes from; may be NULL */
};

/* What a name in a formula stands for: a matrix, or else a number. */
struct binding {
    const char *name;
    const struct quantity *quantity;
    double number;
};

/* Reads the text, whose names are all among the `count` bindings; quantities must stay where they
 * are. NULL when memory is out. */
const struct formula *formula_read(const char *text, const struct binding *scope, int count,
                                   struct arena *a);

/* How to write numbers. */
struct formula_style {
    int digits; /* significant ones */
    int terms;  /* a longer sum is cut to its first few terms that are not 0 */
    bool html;  /* operators escaped; each element in a <span data-q="NAME:INDEX"> */
    void (*seen)(void *context, const struct quantity *q, size_t i); /* each element; may be NULL */
    void *context;
};

/* "z0[j] = b0[j] + sum_i x[i] * W0[i,j]" */
void formula_symbols(const struct quantity *q, const struct formula_style *s, struct text *t);

/* Of element i, in the order of rows: "0.1 + 0.5 * 1.2 + (-0.3) * 0.7". Returns whether all of it
 * was written. */
bool formula_numbers(const struct quantity *q, size_t i, const struct formula_style *s,
                     struct text *t);

/* Where the formula only names an element of another quantity: that, and its index. Else NULL. */
const struct quantity *formula_copied(const struct quantity *q, size_t i, size_t *j);

/* "z0[1]": the name of an element, without the indices that have only one value. */
void formula_element(const struct quantity *q, size_t i, struct text *t);

/* A number with so many significant digits; never -0. */
void formula_number(double x, int digits, struct text *t);

/* As formula_numbers writes an element of a matrix. */
void formula_value(const struct quantity *q, size_t i, const struct formula_style *s,
                   struct text *t);

#endif
