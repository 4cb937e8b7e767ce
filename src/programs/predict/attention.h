/* The attention weights of a model for a picture: a map per head, T x T, of how much each of the T
 * rows of the picture (the parts) takes from each. */
#pragma once

#include "base/error.h"
#include "model/model.h"
#include "picture/picture.h"
#include "json/json.h"

/* Refuses a model, named by `where`, that has no layer with attention. */
ERROR_CHECKED int attention_check(const struct model *m, const char *where, struct error *e);

/* After model_forward on row 0: prints every map; its largest value is the brightest. */
ERROR_CHECKED int attention_print(const struct model *m, struct error *e);

/* The same as "attention" in the open object: a list of {"layer", "head", "map"}; the rows of a map
 * sum to 1. */
void attention_json(const struct model *m, struct json *j);

/* The same as a PNG file: one line per layer, one map per head. A row of a map is at the height of
 * the part of the picture that looks, which is at the left; a column is below the part that is
 * looked at, in the picture above, which is turned for it. */
ERROR_CHECKED int attention_write(const struct model *m, const struct picture *p, const char *path,
                                  struct error *e);
