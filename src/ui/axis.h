/* Round numbers for the axes of plots. */
#pragma once

/* The smallest of 1, 2 and 5 times a power of ten that is at least x, 0 < x < 1e300. */
double axis_round(double x);
