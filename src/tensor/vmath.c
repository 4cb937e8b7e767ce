#include "tensor/vmath.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef ONEHOT_DOUBLE

real vmath_exp(real x) {
    return exp(x);
}

real vmath_log(real x) {
    return log(x);
}

real vmath_tanh(real x) {
    return tanh(x);
}

real vmath_sqrt(real x) {
    return sqrt(x);
}

#else

/* ln 2 in two parts: the high one has 32 significant bits, so n * LN2_HIGH is exact, |n| < 2^21. */
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;

static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* e^x for |x| <= 700, with a relative error below 2^-45.
 * x = n ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n e^r; the Taylor series of e^r, cut behind
 * r^11 / 11!, leaves out less than 0.347^12 / 12! < 2^-46. */
static double exp_double(double x) {
    /* Adding 1.5 * 2^52 leaves no room for a fraction: the sum is rounded to a whole number. */
    double n = (x * 0x1.71547652b82fep+0 + 0x1.8p52) - 0x1.8p52;
    double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    double sum = 1.0 / 39916800;
    static const double inverse_factorial[] = {1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                               1.0 / 720,     1.0 / 120,    1.0 / 24,    1.0 / 6,
                                               1.0 / 2,       1.0,          1.0};
    for (int i = 0; i < 11; i++)
        sum = sum * r + inverse_factorial[i];
    return sum * from_bits((uint64_t)((int64_t)n + 1023) << 52);
}

real vmath_exp(real x) {
    if (x > 89) /* above ln FLT_MAX = 88.7 */
        return INFINITY;
    if (x < -104) /* below ln of half the smallest subnormal = -103.97 */
        return 0;
    if (isnan(x))
        return x;
    return (float)exp_double(x);
}

/* x = 2^e m with m in [1/sqrt 2, sqrt 2), and log m = 2 atanh s = 2 (s + s^3/3 + s^5/5 + ...)
 * with s = (m - 1)/(m + 1), |s| < 0.172; cut behind s^17, that leaves out less than 2^-45 of it. */
real vmath_log(real x) {
    if (!(x > 0))
        return x == 0 ? -INFINITY : NAN;
    if (isinf(x))
        return x;
    double wide = x; /* float's subnormals are normal doubles: no special case */
    uint64_t bits;
    memcpy(&bits, &wide, sizeof bits);
    double e = (double)((int64_t)(bits >> 52) - 1023);
    double m = from_bits((bits & 0xfffffffffffff) | (uint64_t)1023 << 52);
    if (m > 0x1.6a09e667f3bcdp+0) {
        m *= 0.5;
        e += 1;
    }
    double s = (m - 1) / (m + 1), s2 = s * s;
    double sum = 1.0 / 17;
    static const double inverse_odd[] = {1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,
                                         1.0 / 7,  1.0 / 5,  1.0 / 3,  1.0};
    for (int i = 0; i < 8; i++)
        sum = sum * s2 + inverse_odd[i];
    return (float)(e * LN2_HIGH + (2 * s * sum + e * LN2_LOW));
}

/* tanh x = (1 - e^-2|x|) / (1 + e^-2|x|), with the sign of x; where that difference would cancel,
 * the Taylor series instead, which up to |x| = 1/4 leaves out less than 2^-37 of it. */
real vmath_tanh(real x) {
    double a = fabs((double)x), a2 = a * a;
    double y;
    if (isnan(x))
        return x;
    if (a < 0.25)
        y = a * (1 + a2 * (-1.0 / 3 +
                           a2 * (2.0 / 15 +
                                 a2 * (-17.0 / 315 +
                                       a2 * (62.0 / 2835 + a2 * (-1382.0 / 155925 +
                                                                 a2 * (21844.0 / 6081075)))))));
    else if (a < 20) {
        double t = exp_double(-2 * a);
        y = (1 - t) / (1 + t);
    } else
        y = 1;
    return (float)(signbit(x) ? -y : y);
}

real vmath_sqrt(real x) {
    return sqrtf(x);
}

#endif
