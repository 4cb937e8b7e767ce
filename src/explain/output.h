/* A step, written down. */
#ifndef ONEHOT_EXPLAIN_OUTPUT_H
#define ONEHOT_EXPLAIN_OUTPUT_H

#include "explain/step.h"

/* What is written in full, number by number; the rest is summarised. */
enum { OUTPUT_ELEMENTS = 32, OUTPUT_TERMS = 10 };

/* For a person: at most `width` columns, numbers with so many significant digits. */
void output_text(const struct step_shown *s, int width, int digits, struct text *t);

/* For programs: every number, with the digits that tell it from every other float32. */
void output_json(const struct step_shown *s, struct text *t);

#endif
