/* Draws curves over the epochs as inline SVG, with axes, and with the values at the pointer. */
#pragma once

#include "base/text.h"
#include "runs/metrics.h"

enum { CHART_LINES = 2 };

struct chart {
    const char *title, *unit; /* plain text; the unit may be "" */
    bool percent;             /* the values are fractions, shown in percent */
    bool from_zero;           /* the axis starts at 0 */
    struct {
        const char *name; /* NULL: there is no such line */
        size_t field;     /* which double of a struct train_epoch it shows */
    } lines[CHART_LINES];
    int square; /* an epoch, at which to draw the value `at` of the first line's kind; 0: none */
    double at;
};

/* Writes the SVG element. There is at least one row. A line without any number is left out. `mark`
 * is the epoch to mark on the last line, or 0. */
void chart_write(const struct chart *c, const struct metrics *m, int mark, struct text *t);
