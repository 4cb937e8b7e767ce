/* Exports a model as one C99 header: its weights, and predict functions that compute the logits of
 * `onehot evaluate` bit for bit, on any machine with IEEE 754 floats. The template is header.h.in.
 */
#pragma once

#include "base/text.h"
#include "runs/model_file.h"

/* Appends the header. All names in it begin with `name`, a C identifier. Runs the model once, for
 * the header's self-test. */
ERROR_CHECKED int header_write(struct model_file *file, const char *name, struct text *out,
                               struct error *e);
