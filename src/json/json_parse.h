/* A strict JSON parser. It is built on cJSON, which accepts trailing text, duplicate names, numbers
 * that overflow, and any bytes as text. (Numbers such as 01 and 1. are still accepted.) */
#pragma once

#include "base/error.h"
#include "base/scoped.h"

#include <cjson/cJSON.h>

/* The tree of text[0 .. size-1], which a NUL must follow; NULL on failure. The names in each object
 * differ, all numbers are finite, all text is UTF-8 without control characters, and nothing follows
 * the value. The caller frees it with cJSON_Delete. `where` names the source in errors. */
ERROR_CHECKED cJSON *json_parse(const char *text, size_t size, const char *where, struct error *e);

/* Declares a tree that is deleted where its block ends (base/scoped.h). */
#define SCOPED_JSON __attribute__((cleanup(json_end))) cJSON *
static inline void json_end(cJSON **root) { cJSON_Delete(*root); }

/* A dotted path, "model.0.units"; a long one is cut. `name` is appended or, if NULL, the index. */
struct json_path {
    char text[256];
};
struct json_path json_path_below(const struct json_path *path, const char *name, int index);
