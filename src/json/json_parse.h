/* Strict JSON, by cJSON, which alone is too kind to trust: it takes trailing text, duplicate names,
 * numbers that overflow, and any bytes as text. (It still takes 01 and 1. for numbers.) Included
 * only by what works on the tree itself. */
#pragma once

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stddef.h>

/* The tree of text[0 .. size-1], behind which there must be a 0 byte. Every object's names differ,
 * every number is finite, all
 * text is UTF-8 without control characters, nothing follows the value. `where` names the source in
 * errors, with line and column for a syntax error. The caller frees by cJSON_Delete; NULL on
 * failure. */
ERROR_CHECKED cJSON *json_parse(const char *text, size_t size, const char *where, struct error *e);

/* A dotted path, "model.0.units"; long ones are cut. */
struct json_path {
    char text[256];
};

/* path + "." + name, or + index where name is NULL. */
struct json_path json_path_below(const struct json_path *path, const char *name, int index);
