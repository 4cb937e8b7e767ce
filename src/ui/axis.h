/* Round numbers for the axes of plots. */
#pragma once

/* 1, 2 or 5 times a power of ten: the least of these that is at least x, 0 < x < 1e300. */
double axis_round(double x);
