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

/* Of a * b + c, with p = a * b = 2^e (1 - 2^-46), (1 + 2^-23)^2 2^e, 2^e or -2^e and c such that
 * 2^e is about half a unit in its last place: p + c is just beside, or exactly, halfway between
 * floats.
 */
__attribute__((export_name("halfway"))) int halfway(int rounds) {
    struct rng r = rng_stream(1, RNG_CHECK, 0);
    int count = 0;
    for (int n = 0; n < rounds; n++) {
        float a[4], b[4], c[4];
        for (int i = 0; i < 4; i++) {
            uint32_t exponent = rng_below(&r, 254), ones = rng_below(&r, 3);
            uint32_t up = exponent + 24 - 127 + rng_below(&r, 3) - 1; /* of c; a's is that of 1 */
            a[i] = from_bits(127u << 23 | (rng_below(&r, 2) << 31) | (ones > 0));
            b[i] = from_bits((ones == 1 ? (exponent << 23) - 1 : exponent << 23 | (ones == 2)) &
                             0x7fffffff);
            c[i] = from_bits((up > 254 ? exponent % 3 : up) << 23 | rng_below(&r, 1 << 23));
            if (rng_below(&r, 4) == 0) /* both small: a result among the subnormals */
                a[i] = from_bits(rng_below(&r, 30) << 23 | rng_below(&r, 4));
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
