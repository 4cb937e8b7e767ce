/* Curves in the terminal: a line of blocks, or a plot with axes. */
#pragma once

#include "base/text.h"

#include <stdbool.h>

/* Values at 1, 2, ..., count; NaN where there is none. */
struct plot_series {
    const char *name;
    int count;
    const double *y;
};

struct plot {
    const char *title; /* with the unit: "validation accuracy, %" */
    const char *x;     /* what is counted: "epoch" */
    int width, height; /* columns in all, at least 20; rows of the curves, at least 4 */
    bool unicode;      /* else ASCII alone */
    int count;
    const struct plot_series *series;
};

enum { PLOT_SERIES = 8 }; /* at most so many, each with a mark of its own */

/* Appends the plot: a line for the title, `height` lines, the axis and its numbers, and a line for
 * each series with its mark, its name and its last value. Where marks meet, the first series wins.
 */
void plot_write(const struct plot *p, struct text *out);

/* The same on standard output, as wide as the terminal and in its characters. */
ERROR_CHECKED int plot_print(const char *title, const struct plot_series *series, int count,
                             struct error *e);

/* Appends the last `cells` of the values, each as one block of a height between the least and the
 * largest of all of them. */
void plot_sparkline(const double *y, int count, int cells, bool unicode, struct text *out);
