#include "ui/plot.h"

double axis_round(double x) {
    double power = 1;
    while (power > x)
        power /= 10;
    while (power * 10 <= x)
        power *= 10;
    return power * (x <= power ? 1 : x <= 2 * power ? 2 : x <= 5 * power ? 5 : 10);
}
