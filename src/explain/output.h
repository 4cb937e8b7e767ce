/* Writes a trace as text, JSON or a page. */
#pragma once

#include "explain/trace.h"
#include "report/html.h"

/* Matrices and sums of up to these sizes are written in full; larger ones are summarised. */
enum { OUTPUT_ELEMENTS = 32, OUTPUT_TERMS = 10 };

struct output {
    const struct trace *trace;
    struct style style;
    int width; /* columns of text */
    struct text *out;
};

/* Whether the matrix is small and its formulas can be written in full, without cutting a sum. */
bool output_complete(const struct quantity *q);

/* The element with the largest absolute value. */
size_t output_largest(const struct quantity *q);

/* The summary of a large matrix: "norm 2.1, from -0.4 to 0.3, 12 of 1,568 are 0". */
void output_summary(const struct output *o, const struct quantity *q, struct text *t);

/* Sets the grid by which to draw a matrix: its first column, as an image, if it has one row per
 * pixel; its first row if it has one column per pixel; otherwise its rows and columns. Returns
 * whether it is an image. */
bool output_grid(const struct output *o, const struct quantity *q, struct html_grid *g);

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7": the element, and its formula with the numbers inserted. */
void output_formula(const struct output *o, const struct quantity *q, size_t i, struct text *t);

/* For people: in `width` columns, with `digits` significant digits. */
void output_text(const struct trace *s, int width, int digits, struct text *t);

/* For programs: every number, with enough digits to distinguish it from every other float. */
void output_json(const struct trace *s, struct text *t);

/* For a browser: one self-contained HTML file, whose script draws the step from JSON. */
void output_page(const struct trace *s, int digits, struct text *t);
