/* Writes a trace as text, JSON or a page. */
#pragma once

#include "explain/trace.h"
#include "report/html.h"

/* Up to these sizes, matrices and sums are written in full; larger ones are summarised. */
enum { OUTPUT_ELEMENTS = 32, OUTPUT_TERMS = 10 };

struct output {
    const struct trace *trace;
    struct style style;
    int width; /* columns; of text */
    struct text *out;
};

/* Whether the matrix is written in full; and whether its formulas can be, too: no sum is cut. */
bool output_small(const struct quantity *q);
bool output_complete(const struct quantity *q);

/* The element with the largest absolute value. */
size_t output_largest(const struct quantity *q);

/* The summary of a large one: "norm 2.1, from -0.4 to 0.3, 12 of 1,568 are 0". */
void output_summary(const struct output *o, const struct quantity *q, struct text *t);

/* Shows a matrix as a grid: its first column as a picture if it has one row per pixel, its first
 * row if it has one column per pixel, otherwise its rows and columns. Returns whether it is a
 * picture. */
bool output_grid(const struct output *o, const struct quantity *q, struct html_grid *g);

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7": the element, and its formula with the numbers inserted. */
void output_formula(const struct output *o, const struct quantity *q, size_t i, struct text *t);

/* Which samples the step takes: 'sample 3, class "7"', or the first few if there are more. Names
 * are not escaped. */
void output_samples(const struct output *o, struct text *t);

/* For a person: at most `width` columns, numbers with that many significant digits. */
void output_text(const struct trace *s, int width, int digits, struct text *t);

/* For programs: every number, with enough digits to distinguish it from every other float32. */
void output_json(const struct trace *s, struct text *t);

/* For a browser: one self-contained HTML file, whose script draws the step from JSON. */
void output_page(const struct trace *s, int digits, struct text *t);
