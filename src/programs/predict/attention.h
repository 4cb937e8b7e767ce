/* The attention weights of a model for a picture: one T x T map per head. Row t says how row t of
 * the picture (token t) distributes its attention over the T rows. */
#pragma once

#include "base/error.h"
#include "model/model.h"
#include "picture/picture.h"
#include "json/json.h"

/* Fails if the model has no layer with attention; `where` names it in errors. */
ERROR_CHECKED int attention_check(const struct model *m, const char *where, struct error *e);

/* After model_forward on this row: prints every map; its largest value is the brightest. */
ERROR_CHECKED int attention_print(const struct model *m, int row, struct error *e);

/* The same as "attention" in the open object: a list of {"layer", "head", "map"}; the rows of a map
 * sum to 1. */
void attention_json(const struct model *m, int row, struct json *j);

/* The same of row 0 as a PNG file: one line per layer, one map per head. To the left of a map is
 * the picture, its attending rows aligned with the map's rows. Above the map is the picture
 * transposed, its attended rows aligned with the map's columns. */
ERROR_CHECKED int attention_write(const struct model *m, const struct picture *p, const char *path,
                                  struct error *e);
