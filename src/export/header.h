/* A model as one C99 header: weights and a predict function, whose logits are evaluate's to the
 * bit, in any program and on any machine that has IEEE 754 floats. */
#ifndef ONEHOT_EXPORT_HEADER_H
#define ONEHOT_EXPORT_HEADER_H

#include "base/text.h"
#include "runs/model_file.h"

/* Appends the header. All that it declares begins with `name`, a C identifier. Makes a pass of the
 * model, for the header's self-test. */
ERROR_CHECKED int header_write(struct model_file *s, const char *name, struct text *out,
                               struct error *e);

#endif
