/* real_fma(a, b, c) = a * b + c, rounded once: one step of every sum of products.
 *
 * It is one instruction if the target CPU is known to have it, otherwise an exact version in double
 * arithmetic. It never calls libm. */
#pragma once

#include "tensor/tensor.h"

#if defined(__FMA__) || defined(__aarch64__) || defined(FP_FAST_FMAF)
#define ONEHOT_HARDWARE_FMA 1
#else
#define ONEHOT_HARDWARE_FMA 0
#endif

/* The exact version, in four steps:
 *  - The product of two 24-bit significands fits into double's 53 bits: p = a * b is exact.
 *  - s = fl(p + c), and its error e = (p + c) - s is also exact (Knuth's TwoSum).
 *  - If e != 0, replace s by whichever of the two doubles around p + c has an odd last bit
 *    ("round to odd": s itself, or its neighbour towards e). A double with an odd last bit is never
 *    halfway between two floats, so it tells the next step on which side the exact sum lies.
 *  - Rounding that to float is then correct, since 53 >= 24 + 2 (Boldo and Melquiond 2008).
 * If s is infinite or NaN, e is NaN, both comparisons are false, and s passes through. */
static inline float fma_software(float a, float b, float c) {
    double p = (double)a * (double)b;
    double s = p + (double)c;
    double back = s - p;
    double e = (p - (s - back)) + ((double)c - back);
    uint64_t bits;
    memcpy(&bits, &s, sizeof bits);
    if ((e > 0 || e < 0) && (bits & 1) == 0) {
        bits += (e > 0) == (s > 0) ? 1 : (uint64_t)-1; /* away from zero, or towards it */
        memcpy(&s, &bits, sizeof s);
    }
    return (float)s;
}

static inline real real_fma(real a, real b, real c) {
#ifdef ONEHOT_DOUBLE
    return fma(a, b, c);
#elif ONEHOT_HARDWARE_FMA
    return __builtin_fmaf(a, b, c);
#else
    return fma_software(a, b, c);
#endif
}
