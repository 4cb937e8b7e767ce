/* A vector of floats, as wide as the target instruction set allows, with the few operations that
 * gemm_simd.c needs, besides +, - and *. In each lane vec_fma rounds once, like real_fma.
 *
 * ONEHOT_LANES is 16 for AVX-512, 8 for AVX2 with FMA, 4 for SSE2, NEON or WebAssembly. */
#pragma once

#include "tensor/fma.h"

#if ONEHOT_LANES > 4
#include <immintrin.h>

#if ONEHOT_LANES == 16
#define MM(name) _mm512_##name
typedef __m512 vec;
enum {
    LANES = 16,
    VECTORS = 4, /* per row of a tile of 6 rows, summed in registers */
    FUSED = 1,   /* vec_fma is one instruction */
};

/* Loads the first n <= LANES floats. The other lanes are 0; memory past them is not touched. */
static inline vec vec_load_first(const float *p, int n) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

static inline void vec_store_first(float *p, vec v, int n) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
}

/* Bit i is set if lane i is not 0. */
static inline unsigned vec_mask(vec v) {
    return _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
}

#else
#define MM(name) _mm256_##name
typedef __m256 vec;
enum { LANES = 8, VECTORS = 2, FUSED = 1 };

static inline __m256i vec_first(int n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline vec vec_load_first(const float *p, int n) {
    return _mm256_maskload_ps(p, vec_first(n));
}

static inline void vec_store_first(float *p, vec v, int n) {
    _mm256_maskstore_ps(p, vec_first(n), v);
}

static inline unsigned vec_mask(vec v) {
    return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_NEQ_UQ));
}
#endif

static inline vec vec_load(const float *p) { return MM(loadu_ps)(p); }

static inline void vec_store(float *p, vec v) { MM(storeu_ps)(p, v); }

static inline vec vec_all(float x) { return MM(set1_ps)(x); }

static inline vec vec_fma(vec a, vec b, vec c) { return MM(fmadd_ps)(a, b, c); }

#else

typedef float vec __attribute__((vector_size(16)));
enum { LANES = 4 };

#ifdef __aarch64__
#include <arm_neon.h>
enum { VECTORS = 4, FUSED = 1 };

static inline vec vec_fma(vec a, vec b, vec c) {
    return (vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}

static inline unsigned vec_mask(vec v) {
    const uint32x4_t bits = {1, 2, 4, 8};
    return vaddvq_u32(vbicq_u32(bits, vceqzq_f32((float32x4_t)v)));
}

#else
enum { VECTORS = 1, FUSED = 0 };
typedef double doubles __attribute__((vector_size(16)));
typedef uint32_t word __attribute__((vector_size(16)));

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#define MASK(v)    wasm_i32x4_bitmask((v128_t)(v))
#define LOW(v)     (doubles) wasm_f64x2_promote_low_f32x4((v128_t)(v))
#define HIGH(v)    LOW(__builtin_shufflevector(v, v, 2, 3, 2, 3))
#define FLOATS(v)  (vec) wasm_f32x4_demote_f64x2_zero((v128_t)(v))
#define JOIN(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define EVEN(a, b) (word) __builtin_shufflevector((word)(a), (word)(b), 0, 2, 4, 6)
#else
#include <emmintrin.h>
#define MASK(v)    (unsigned)_mm_movemask_ps((__m128)(v))
#define LOW(v)     (doubles) _mm_cvtps_pd(v)
#define HIGH(v)    LOW(_mm_movehl_ps(v, v))
#define FLOATS(v)  (vec) _mm_cvtpd_ps((__m128d)(v))
#define JOIN(a, b) _mm_movelh_ps(a, b)
#define EVEN(a, b) (word) _mm_shuffle_ps((__m128)(a), (__m128)(b), 0x88)
#endif

static inline unsigned vec_mask(vec v) { return MASK(v != (vec){0}); }

/* fma_software of fma.h. Its correction matters only if s lies halfway between two floats;
 * otherwise s and p + c round to the same float r. Between normal floats, such an s ends in a 1 and
 * 28 zeros, the 29 bits that a float lacks. Sums whose r is subnormal, or the smallest normal
 * float, are all corrected. (If r is 0, e is 0: c is 0, or p and c have nearly the same size.) */
static inline vec vec_fma(vec a, vec b, vec c) {
    doubles low = LOW(a) * LOW(b) + LOW(c), high = HIGH(a) * HIGH(b) + HIGH(c);
    vec r = JOIN(FLOATS(low), FLOATS(high));
    word halfway = EVEN(low, high) << 3 ^ 0x80000000, small = (((word)r << 1) - 1) >> 24;
    if (MASK((halfway == 0) | (small == 0)))
        for (int i = 0; i < LANES; i++)
            r[i] = fma_software(a[i], b[i], c[i]);
    return r;
}
#endif

static inline vec vec_load(const float *p) {
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vec_store(float *p, vec v) { memcpy(p, &v, sizeof v); }

static inline vec vec_all(float x) { return (vec){x, x, x, x}; }

static inline vec vec_load_first(const float *p, int n) {
    float lanes[LANES] = {0};
    for (int i = 0; i < n; i++)
        lanes[i] = p[i];
    return vec_load(lanes);
}

static inline void vec_store_first(float *p, vec v, int n) {
    float lanes[LANES];
    vec_store(lanes, v);
    for (int i = 0; i < n; i++)
        p[i] = lanes[i];
}

#endif

/* A loop whose number of rounds is a constant once it is inlined. It is unrolled, so that an array
 * that it runs over can live in registers. */
#ifdef __clang__
#define EACH(i, count) _Pragma("unroll") for (int i = 0; i < (count); i++)
#else
#define EACH(i, count) _Pragma("GCC unroll 8") for (int i = 0; i < (count); i++)
#endif
