/* Draws curves over the epochs as inline SVG, with axes, and the values under the pointer. */
#pragma once

#include "base/text.h"
#include "runs/metrics.h"

struct chart {
    const char *title, *unit; /* plain text; the unit may be "" */
    bool percent;             /* the values are fractions, shown in percent */
    bool from_zero;           /* the axis starts at 0 */
    struct {
        const char *name; /* NULL: there is no such line */
        size_t field;     /* which double of a struct train_epoch it shows */
    } lines[2];
    int square; /* the epoch at which a square marks the value `at`, drawn like the first line; 0:
                   none */
    double at;
};

/* Writes the SVG element for metrics of at least one row. A line without any number is left out.
 * `mark` is an epoch to mark on the last line, or 0. */
void chart_write(const struct chart *c, const struct metrics *m, int mark, struct text *t);
