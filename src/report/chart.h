/* Draws curves over the epochs as inline SVG, with axes, and with the values at the pointer. */
#pragma once

#include "base/text.h"
#include "runs/metrics.h"

enum { CHART_LINES = 2 };

struct chart {
    const char *title, *unit; /* plain text; the unit may be "" */
    bool percent;             /* the values are fractions, shown in percent */
    bool from_zero;           /* the axis starts at 0 */
    const char *names[CHART_LINES];
    size_t fields[CHART_LINES]; /* which double of a struct train_epoch each line shows */
    int lines;
    int mark; /* the epoch to mark on the last line, or 0 */
};

/* Writes the SVG element. There is at least one row. A line without any number is left out. */
void chart_write(const struct chart *c, const struct metrics *m, struct text *t);
