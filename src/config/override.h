/* key.path=value from the command line: changes the tree of a config before it is read. */
#pragma once

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* For "a.0.b=value", sets the value at that path, as JSON if it is JSON, otherwise as a string.
 * Creates missing objects along the way; list items must already exist. Does not check that the
 * keys are known: keys_read does. */
ERROR_CHECKED int override_apply(cJSON *root, const char *override, struct error *e);

/* Whether one of the overrides sets this path or a part of the tree that contains it. */
bool override_covers(const char *const *overrides, const char *path);
