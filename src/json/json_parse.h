/* A strict JSON parser, on cJSON, which by itself accepts trailing text, duplicate names, numbers
 * that overflow, and any bytes as text. (Numbers such as 01 and 1. are still accepted.) */
#pragma once

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stddef.h>

/* The tree of text[0 .. size-1], which a NUL must follow. The names in each object differ, every
 * number is finite, all text is UTF-8 without control characters, nothing follows the value.
 * `where` names the source in errors. The caller frees it with cJSON_Delete; NULL on failure. */
ERROR_CHECKED cJSON *json_parse(const char *text, size_t size, const char *where, struct error *e);

/* A dotted path, "model.0.units"; long ones are cut. */
struct json_path {
    char text[256];
};

/* path + "." + name, or the index if name is NULL. */
struct json_path json_path_below(const struct json_path *path, const char *name, int index);
