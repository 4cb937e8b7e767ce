/* Our own exp, log and tanh: those of libm differ between versions, machines and even CPUs.
 *
 * Each is a fixed sequence of IEEE double operations (add, multiply, divide), rounded to float at
 * the end, so its bits are the same everywhere. The largest error is below 0.501 ulp (bench/vmath.c
 * measures it over all floats). The double build uses libm: it needs accuracy, not the same bits.
 */
#pragma once

#include "tensor/tensor.h"

/* y[i] = e^x[i] for i = 0 .. n - 1 and any x: overflows to infinity, underflows through the
 * subnormals to 0, NaN gives NaN. x and y may be the same. */
void vmath_exp(size_t n, const real *x, real *y);

/* Natural logarithms, and that of one number: NaN for x < 0, -infinity for 0. x and y may be the
 * same. */
void vmath_logs(size_t n, const real *x, real *y);
real vmath_log(real x);

/* y[i] = tanh x[i], for i = 0 .. n - 1. x and y may be the same. */
void vmath_tanh(size_t n, const real *x, real *y);

/* The largest of x[0 .. n - 1], n >= 1. */
real vmath_max(size_t n, const real *x);

/* Whether every element is finite. */
bool vmath_all_finite(struct tensor x);

/* sums[r] = x[r][0] + x[r][1] + ..., in this order. Several rows are summed side by side. */
void vmath_row_sums(struct tensor x, real *sums);

/* x^y for 0 <= x <= 1 and 0 <= y < 2^53, computed with squarings, square roots and products. The
 * relative error is below y 2^-53 for integer y, and below 2^-45 for y < 1, unless the result is
 * subnormal. 0^0 is 1. */
double vmath_power(double x, double y);

/* sin(pi x / 2) for |x| <= 1/2, with an error below 2^-52. */
double vmath_sine(double x);

/* Square root. IEEE 754 requires it to be correctly rounded, so libm's is used. */
static inline real vmath_sqrt(real x) {
#ifdef ONEHOT_DOUBLE
    return sqrt(x);
#else
    return sqrtf(x);
#endif
}
