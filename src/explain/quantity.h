/* A matrix that a training step reads or computes, and how its names and numbers are written.
 */
#pragma once

#include "base/text.h"
#include "tensor/tensor.h"

struct quantity {
    const char *name;            /* "W0" */
    struct tensor value;         /* a view; a vector has one row, a number one element */
    bool target;                 /* in a sum of products, its 0 and 1 only select terms */
    const char *formula;         /* how the trainer computes it (formula.h), or NULL */
    const struct binding *scope; /* what the names in the formula stand for */
    const char *words;           /* a description, if there is no formula */
    const struct stage *stage;   /* in which it is computed or first used */
    const struct quantity *next; /* or NULL */
};

/* How to write numbers. */
struct style {
    int digits; /* significant ones */
    int terms;  /* a longer sum is cut to its first few nonzero terms */
    bool links; /* for page.js: an element is "{NAME:INDEX TEXT}" */
};

/* A name or a number, for text_printf, valid until the end of the statement that calls. */
struct quantity_text {
    char text[128];
};

/* The name with the letters of row and column, "z0[n,j]"; for a vector, a single letter. Indices
 * that have only one value are omitted here, and below. */
struct quantity_text quantity_symbol(const struct quantity *q, const char index[3]);

/* The name of element i, in the order of rows: "z0[0,1]". */
struct quantity_text quantity_element(const struct quantity *q, size_t i);

/* A number with that many significant digits; never -0. */
struct quantity_text quantity_number(double x, int digits);

/* Element i, by its number. */
struct quantity_text quantity_value(const struct quantity *q, size_t i, int digits);

/* Element i, by its name or its number, marked for page.js if the style has links. */
struct quantity_text quantity_link(const struct quantity *q, size_t i, bool name,
                                   const struct style *s);
