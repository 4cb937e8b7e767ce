/* key.path=value from the command line, put into the tree of a config before it is read. */
#pragma once

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* Sets, for each "a.0.b=value" of the NULL-terminated list (may be NULL), the value at that path:
 * as JSON, else as a string. Objects on the way are made, items of a list must exist. Whether the
 * key is known is for the reader to say. */
ERROR_CHECKED int override_apply(cJSON *root, const char *const *overrides, struct error *e);

/* Whether one of the overrides sets this path or something around it. */
bool override_covers(const char *const *overrides, const char *path);
