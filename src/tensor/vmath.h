/* exp, log and tanh of our own: libm's differ between machines and versions, even between CPUs.
 *
 * Each is a fixed sequence of IEEE double operations (add, multiply, divide), rounded to float at
 * the end, so its bits are the same everywhere. The largest error is below 0.501 ulp (bench/vmath.c
 * measures it over all floats). The double twin uses libm: it needs accuracy, not bits. */
#ifndef ONEHOT_TENSOR_VMATH_H
#define ONEHOT_TENSOR_VMATH_H

#include "tensor/tensor.h"

/* e^x: any x; overflows to infinity, underflows through the subnormals to 0; NaN gives NaN. */
real vmath_exp(real x);

/* Natural logarithm: NaN for x < 0, -infinity for 0. */
real vmath_log(real x);

/* Hyperbolic tangent. */
real vmath_tanh(real x);

/* Square root; correctly rounded by IEEE 754, so libm's will do. */
real vmath_sqrt(real x);

#endif
