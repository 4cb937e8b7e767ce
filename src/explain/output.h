/* A step, written down. */
#ifndef ONEHOT_EXPLAIN_OUTPUT_H
#define ONEHOT_EXPLAIN_OUTPUT_H

#include "explain/step.h"

/* What is written in full, number by number; the rest is summarised. */
enum { OUTPUT_ELEMENTS = 32, OUTPUT_TERMS = 10 };

/* Whether the matrix is written in full; and whether its formulas can be, too: no sum is cut. */
bool output_small(const struct quantity *q);
bool output_complete(const struct quantity *q);

/* What is said of a large one. */
struct output_summary {
    double norm, least, most;
    size_t zeros;
    size_t largest; /* the element of the largest absolute value */
};
struct output_summary output_summary(const struct quantity *q);

/* Whether the i-th sample of the step is of that class. */
bool output_is_label(const struct step_shown *s, int i, int class);

/* What the i-th sample is: class "7"; or of several labels, labels "1", "7", or no label. `name`
 * writes a class's name, with its quotes. */
void output_labels(const struct step_shown *s, int i,
                   void (*name)(struct text *t, const char *class), struct text *t);

/* For a person: at most `width` columns, numbers with so many significant digits. */
void output_text(const struct step_shown *s, int width, int digits, struct text *t);

/* For programs: every number, with the digits that tell it from every other float32. */
void output_json(const struct step_shown *s, struct text *t);

/* For a browser: one HTML file that needs nothing else. */
ERROR_CHECKED int output_page(const struct step_shown *s, int digits, struct text *t,
                              struct error *e);

#endif
