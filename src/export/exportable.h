/* Which models can be exported: those for whose layers layers/layer.h has an export. */
#pragma once

#include "runs/model_file.h"

/* Fails if a model, which may be hostile, cannot be exported, with an error that says what can
 * be. */
ERROR_CHECKED int exportable_check(const struct model_file *f, struct error *e);

/* Option k of a layer that computes an element function, as its forward sees it. Returns false past
 * the last one. */
bool exportable_option(const struct layer *l, int k, float *value);
