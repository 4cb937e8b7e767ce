/* The part of a header that makes a model's inputs of a row of a table: of one float per column of
 * the file. There a text is a number among those of its column, and NAN is a missing cell. */
#pragma once

#include "export/quantized.h"

/* `q` is the int8 model, or NULL. */
void row_add(const struct model_file *f, const struct quantized *q, struct text *out);

/* Feature i, not scaled, of the row that is 0 in each column. */
float row_zero(const struct model_file *f, int i);
