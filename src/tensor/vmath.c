#include "tensor/vmath.h"
#include "tensor/clones.h"

CLONED bool vmath_all_finite(struct tensor x) {
    int finite = 1;
    for (size_t i = 0; i < tensor_size(x); i++)
        finite &= isfinite(x.data[i]) != 0;
    return finite;
}

/* A maximum is never rounded, so it does not matter which partial maximum a number belongs to. */
CLONED real vmath_max(size_t n, const real *x) {
    enum { PARTS = 32 };
    real part[PARTS], m = x[0];
    size_t i = 0;
    if (n >= PARTS) {
        memcpy(part, x, sizeof part);
        for (i = PARTS; i + PARTS <= n; i += PARTS)
            for (int k = 0; k < PARTS; k++)
                part[k] = x[i + (size_t)k] > part[k] ? x[i + (size_t)k] : part[k];
        for (int k = 0; k < PARTS; k++)
            m = part[k] > m ? part[k] : m;
    }
    for (; i < n; i++)
        m = x[i] > m ? x[i] : m;
    return m;
}

void vmath_row_sums(struct tensor x, real *sums) {
    enum { ROWS = 8 };
    int r = 0;
    for (; r + ROWS <= x.rows; r += ROWS) {
        real s[ROWS] = {0};
        for (int j = 0; j < x.cols; j++)
            for (int k = 0; k < ROWS; k++)
                s[k] += tensor_row(x, r + k)[j];
        for (int k = 0; k < ROWS; k++)
            sums[r + k] = s[k];
    }
    for (; r < x.rows; r++) {
        sums[r] = 0;
        for (int j = 0; j < x.cols; j++)
            sums[r] += tensor_row(x, r)[j];
    }
}

/* By the binary digits of y: bit i of its integer part contributes x^(2^i), of its fraction
 * x^(2^-i). */
double vmath_power(double x, double y) {
    double power = 1, factor = x;
    long long whole = (long long)y;
    for (long long n = whole; n > 0; n >>= 1, factor *= factor)
        if (n & 1)
            power *= factor;
    factor = x;
    for (double rest = y - (double)whole; rest > 0; rest -= rest >= 1) {
        rest *= 2;
        factor = sqrt(factor);
        if (rest >= 1)
            power *= factor;
    }
    return power;
}

/* The Taylor series up to y^15 / 15!. The omitted terms are below (pi/4)^17 / 17! < 2^-54. */
double vmath_sine(double x) {
    double y = x * 0x1.921fb54442d18p+0, y2 = y * y;
    double sum = -1.0 / 1307674368000;
    sum = sum * y2 + 1.0 / 6227020800;
    sum = sum * y2 - 1.0 / 39916800;
    sum = sum * y2 + 1.0 / 362880;
    sum = sum * y2 - 1.0 / 5040;
    sum = sum * y2 + 1.0 / 120;
    sum = sum * y2 - 1.0 / 6;
    sum = sum * y2 + 1;
    return y * sum;
}

#ifdef ONEHOT_DOUBLE

void vmath_exp(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++)
        y[i] = exp(x[i]);
}

void vmath_logs(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++)
        y[i] = log(x[i]);
}

void vmath_tanh(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++)
        y[i] = tanh(x[i]);
}

#else

/* ln 2 in two parts. LN2_HIGH has 32 significant bits, so n * LN2_HIGH is exact for |n| < 2^21. */
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;

static inline double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t to_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* e^x for |x| <= 700, with a relative error below 2^-45.
 * x = n ln 2 + r with |r| <= ln 2 / 2, so e^x = 2^n e^r. The Taylor series of e^r up to r^11 / 11!
 * omits less than 0.347^12 / 12! < 2^-46. */
static inline double exp_double(double x) {
    /* Adding 1.5 * 2^52 leaves no room for a fraction: the sum is rounded to an integer, which its
     * last bits hold. */
    double shifted = x * 0x1.71547652b82fep+0 + 0x1.8p52, n = shifted - 0x1.8p52;
    double r = (x - n * LN2_HIGH) - n * LN2_LOW;
    double sum = 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 1.0 / 2;
    sum = sum * r + 1;
    sum = sum * r + 1;
    return sum * from_bits((to_bits(shifted) + 1023) << 52); /* 2^n: its exponent, biased */
}

/* x is clamped where the result is outside float's range: e^89 rounds to infinity, e^-104 to 0. */
CLONED void vmath_exp(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++) {
        float v = x[i], cut = v > 89 ? 89 : v < -104 ? -104 : v;
        float e = (float)exp_double((double)cut);
        y[i] = v != v ? v : e;
    }
}

/* x = 2^e m with m in [1/sqrt 2, sqrt 2), and log m = 2 atanh s = 2 (s + s^3/3 + s^5/5 + ...)
 * with s = (m - 1)/(m + 1), |s| < 0.172. The series up to s^17 omits less than 2^-45 of the result.
 * The exponent becomes a number through its place in the fraction of 2^52. */
CLONED void vmath_logs(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++) {
        float v = x[i];
        uint64_t bits = to_bits((double)v); /* float's subnormals are normal in double */
        double e = from_bits(bits >> 52 | to_bits(0x1p52)) - (0x1p52 + 1023);
        double m = from_bits((bits & 0xfffffffffffff) | to_bits(1));
        int large = m > 0x1.6a09e667f3bcdp+0;
        m = large ? m * 0.5 : m;
        e = large ? e + 1 : e;
        double s = (m - 1) / (m + 1), s2 = s * s;
        double sum = 1.0 / 17;
        for (int odd = 15; odd > 0; odd -= 2)
            sum = sum * s2 + 1.0 / odd;
        float log = (float)(e * LN2_HIGH + (2 * s * sum + e * LN2_LOW));
        y[i] = v > FLT_MAX ? v : v > 0 ? log : v == 0 ? -INFINITY : NAN;
    }
}

/* tanh x = (1 - e^-2|x|) / (1 + e^-2|x|), with the sign of x. For |x| < 1/4, where the difference
 * would cancel, the Taylor series is used instead; it omits less than 2^-37 of the result. */
CLONED void vmath_tanh(size_t n, const real *x, real *y) {
    for (size_t i = 0; i < n; i++) {
        double a = fabs((double)x[i]), a2 = a * a;
        double series =
            a * (1 + a2 * (-1.0 / 3 +
                           a2 * (2.0 / 15 +
                                 a2 * (-17.0 / 315 +
                                       a2 * (62.0 / 2835 + a2 * (-1382.0 / 155925 +
                                                                 a2 * (21844.0 / 6081075)))))));
        double t = exp_double(a < 20 ? -2 * a : -40), quotient = (1 - t) / (1 + t);
        double result = a < 0.25 ? series : a < 20 ? quotient : 1;
        y[i] = x[i] != x[i] ? x[i] : (float)copysign(result, (double)x[i]);
    }
}

#endif

real vmath_log(real x) {
    vmath_logs(1, &x, &x);
    return x;
}
