/* A JSON object as a list of dotted names, so that two can be compared name by name:
 * {"a": [{"b": 1}]} becomes a.0.b = 1. */
#pragma once

#include "base/arena.h"
#include "base/text.h"

struct flat_json_row {
    const char *name;
    const char *value; /* a string itself; any other value as JSON */
    double number;     /* NaN for other values */
    bool string;
};

struct flat_json {
    int count;
    struct flat_json_row *rows;    /* in the text's order */
    struct flat_json_row **sorted; /* by name, for flat_json_find */
};

/* Reads `text` (`size` bytes, then a NUL) into the arena. A list without objects is one row. */
ERROR_CHECKED int flat_json_parse(struct flat_json *f, const char *text, size_t size,
                                  const char *where, struct arena *a, struct error *e);

/* The row of that name, or NULL. */
const struct flat_json_row *flat_json_find(const struct flat_json *f, const char *name);

/* The last part of a dotted name, "units" of "model.0.units"; with its parent if it is "type". The
 * whole name, if another one of these has the same last part: `count` names, each the first member
 * of a struct of `size` bytes. */
const char *flat_json_title(const char *name, const void *names, int count, size_t size);
