/* Where the parts of a picture look, for predict: the maps of those layers that have any. */
#pragma once

#include "base/error.h"
#include "model/model.h"
#include "picture/picture.h"
#include "json/json.h"

/* Refuses a model, named by `where`, of which no layer has maps. */
ERROR_CHECKED int attention_check(const struct model *m, const char *where, struct error *e);

/* After model_forward on row 0: every map, on standard output. The brightest is where a map's
 * largest value is. */
ERROR_CHECKED int attention_print(const struct model *m, struct error *e);

/* The same, as the key "attention" of the open object: a list of {"layer", "head", "map"}, with a
 * map as rows that sum to 1. */
void attention_json(const struct model *m, struct json *j);

/* The same, as a PNG file: a line for each layer, in it a map for each head. A row of a map is at
 * the height of its part of the picture, which is at the left; a column is below the part that is
 * looked at, in the picture above, which is turned for it. */
ERROR_CHECKED int attention_write(const struct model *m, const struct picture *p, const char *path,
                                  struct error *e);
