/* Curves in the terminal: a plot with axes, or a line of blocks. */
#pragma once

#include "base/text.h"

/* Values at 1, 2, ..., count; NaN for a missing one. */
struct plot_series {
    const char *name;
    int count;
    const double *y; /* the first value */
    size_t stride;   /* bytes from one value to the next: those of an array, or a field of rows */
};

struct plot {
    const char *title; /* with the unit: "validation accuracy, %" */
    int width, height; /* columns in all, at least 20; rows of the curves, at least 4 */
    bool unicode;      /* otherwise ASCII only */
    int count;
    const struct plot_series *series;
    bool percent;  /* the values are fractions, shown in percent */
    const char *x; /* what 1, 2, ... are; NULL: epochs */
};

enum { PLOT_SERIES = 8 }; /* the maximum: each has its own mark */

/* Appends the plot: the title, `height` lines, the axis and its numbers, and for each series a line
 * with its mark, name and last value. If marks coincide, the first series wins. */
void plot_write(const struct plot *p, struct text *out);

/* Prints a plot over epochs, as wide as the terminal and in its characters. */
ERROR_CHECKED int plot_print(const char *title, bool percent, const struct plot_series *series,
                             int count, struct error *e);

/* Appends the last `cells` values, one block each: the lowest block for the minimum of all values,
 * the highest for their maximum. */
void plot_sparkline(const double *y, int count, int cells, bool unicode, struct text *out);

/* The smallest of 1, 2 and 5 times a power of ten that is at least x, 0 < x < 1e300. */
double axis_round(double x);
