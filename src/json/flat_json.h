/* A JSON object as rows of dotted names: of {"a": [{"b": 1}]} the row a.0.b = 1. So two configs, or
 * the figures of two runs, are compared name by name. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

struct flat_json_row {
    const char *name;
    const char *value; /* a string as it is; a number, true, false, null, a list as JSON */
    double number;     /* NaN where the value is none */
    bool string;
};

struct flat_json {
    int count;
    struct flat_json_row *rows;    /* in the text's order */
    struct flat_json_row **sorted; /* the same by name, for flat_find */
};

/* The rows of `text` (a 0 byte behind its `size` bytes), in the arena. A list of anything but
 * objects is one row. `where` names the source in errors. */
ERROR_CHECKED int flat_json_parse(struct flat_json *f, const char *text, size_t size,
                                  const char *where, struct arena *a, struct error *e);

/* The row of that name, or NULL. */
const struct flat_json_row *flat_json_find(const struct flat_json *f, const char *name);
