/* A JSON object as rows of dotted names: of {"a": [{"b": 1}]} the row a.0.b = 1. So two configs, or
 * the figures of two runs, are compared name by name. */
#ifndef ONEHOT_CONFIG_FLAT_H
#define ONEHOT_CONFIG_FLAT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

struct flat_row {
    const char *name;
    const char *value; /* a string as it is; a number, true, false, null, a list as JSON */
    double number;     /* NaN where the value is none */
    bool string;
};

struct flat {
    int count;
    struct flat_row *rows;    /* in the text's order */
    struct flat_row **sorted; /* the same by name, for flat_find */
};

/* The rows of `text` (a 0 byte behind its `size` bytes), in the arena. A list of anything but
 * objects is one row. `where` names the source in errors. */
ERROR_CHECKED int flat_parse(struct flat *f, const char *text, size_t size, const char *where,
                             struct arena *a, struct error *e);

/* The row of that name, or NULL. */
const struct flat_row *flat_find(const struct flat *f, const char *name);

#endif
