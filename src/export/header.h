/* Exports a model as one header for C99 and C++11: its weights, and functions that compute the
 * logits of `onehot evaluate` bit for bit, on any machine with IEEE 754 floats; or those of the
 * int8 model q, in integers, on any machine. The template is header.h.in. */
#pragma once

#include "export/quantized.h"

/* How printf writes a finite float for C and C++: in decimals, since hexadecimal floats are no C++
 * before version 17. 9 digits tell apart any two floats, and 17 any two doubles. */
#define HEADER_FLOAT "%#.9gf"

/* Appends the header of a model that exportable_check accepts. All names in it begin with `name`, a
 * C identifier. `q` may be NULL. Runs the model once, for the header's self-test. */
ERROR_CHECKED int header_write(struct model_file *file, const struct quantized *q, const char *name,
                               struct text *out, struct error *e);
