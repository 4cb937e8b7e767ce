/* Figures by name, out of a JSON object whose other members do not matter: for a file that a later
 * version may add to, such as result.json. */
#ifndef ONEHOT_CONFIG_FIGURES_H
#define ONEHOT_CONFIG_FIGURES_H

#include "base/error.h"

#include <stddef.h>

/* Where the figure of that name goes: exactly one of the two is set. */
struct figure {
    const char *name;
    double *number; /* a number, or null, which becomes NaN */
    char *text;     /* a string shorter than `size`; or NULL */
    size_t size;
};

/* Reads `text` (a JSON object; a 0 byte behind its `size` bytes). `figures` is closed by an
 * all-zero row; one that is missing or of another type is an error that names `where`. */
ERROR_CHECKED int figures_read(const struct figure *figures, const char *text, size_t size,
                               const char *where, struct error *e);

#endif
