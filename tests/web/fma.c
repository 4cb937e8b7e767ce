/* Compares the multiply-add of WebAssembly's vectors (tensor/simd.h) with fma_software, lane by
 * lane, where rounding twice would go wrong: run by fma.mjs. */
#define ONEHOT_LANES 4
#include "base/rng.h"
#include "tensor/simd.h"

static float from_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static int differ(const float a[4], const float b[4], const float c[4]) {
    float got[4];
    int count = 0;
    vec_store(got, vec_fma(vec_load(a), vec_load(b), vec_load(c)));
    for (int i = 0; i < 4; i++) {
        float want = fma_software(a[i], b[i], c[i]);
        count += memcmp(&got[i], &want, sizeof want) != 0 && (want == want || got[i] == got[i]);
    }
    return count;
}

/* a * b + c, where p = a * b is +-2^e times 1 - 2^-46, 1 or (1 + 2^-23)^2, and 2^e is about half a
 * unit in the last place of c, which may be subnormal: p + c lies halfway between two floats, or so
 * close that a double cannot tell. */
__attribute__((export_name("halfway"))) int halfway(int rounds) {
    struct rng r = rng_stream(1, RNG_CHECK, 0);
    int count = 0;
    for (int n = 0; n < rounds; n++) {
        float a[4], b[4], c[4];
        for (int i = 0; i < 4; i++) {
            int e = (int)rng_below(&r, 251) - 150, part = (int)rng_below(&r, 80) - 75;
            int above = e + 24 + (int)rng_below(&r, 3) - 1; /* the exponent of c */
            uint32_t kind = rng_below(&r, 3), fraction = rng_below(&r, 1 << 23);
            part = e - part < -126 ? e + 126 : e - part > 127 ? e - 127 : part;
            uint32_t left = (uint32_t)(part + 127) << 23, right = (uint32_t)(e - part + 127) << 23;
            a[i] = from_bits(rng_below(&r, 2) << 31 | (left + (kind > 0)));
            b[i] = from_bits(kind == 1 ? right - 2 : kind == 2 ? right + 1 : right);
            c[i] = from_bits((above < -126 ? 0 : (uint32_t)(above + 127) << 23) | fraction);
        }
        count += differ(a, b, c);
    }
    return count;
}

/* Any bits at all: also infinities, NaN and zeros. */
__attribute__((export_name("anywhere"))) int anywhere(int rounds) {
    struct rng r = rng_stream(2, RNG_CHECK, 0);
    int count = 0;
    for (int n = 0; n < rounds; n++) {
        float x[3][4];
        for (int k = 0; k < 12; k++)
            x[k / 4][k % 4] = from_bits(rng_u32(&r) & (rng_below(&r, 8) ? ~0u : 0xff800000));
        count += differ(x[0], x[1], x[2]);
    }
    return count;
}
