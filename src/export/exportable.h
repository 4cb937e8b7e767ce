/* Which models can be exported: those for whose layers layers/layer.h has an export. */
#pragma once

#include "base/error.h"
#include "model/model.h"

/* Fails if a layer cannot be exported, with an error that says what can be; `where` names the
 * model. */
ERROR_CHECKED int exportable_check(const struct model *m, const char *where, struct error *e);

/* Option k of a layer that computes an element function, as its forward sees it. Returns false past
 * the last one. */
bool exportable_option(const struct layer *l, int k, float *value);
