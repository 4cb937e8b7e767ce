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

#elif defined(__FMA__)
#include <immintrin.h>
enum { VECTORS = 2, FUSED = 1 };

static inline vec vec_fma(vec a, vec b, vec c) { return _mm_fmadd_ps(a, b, c); }

#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
enum { VECTORS = 1, FUSED = 0 };

/* fma_software of fma.h. Its correction matters only if s lies halfway between two floats;
 * otherwise s and p + c round to the same float r. Between normal floats, such an s ends in a 1 and
 * 28 zeros, the 29 bits that a float lacks. Sums whose r is subnormal, or the smallest normal
 * float, are all corrected. (If r is 0, e is 0: c is 0, or p and c have nearly the same size.) */
static inline vec vec_fma(vec a, vec b, vec c) {
    typedef uint32_t word __attribute__((vector_size(16)));
#define LOW(v)    wasm_f64x2_promote_low_f32x4((v128_t)(v))
#define HIGH(v)   LOW(__builtin_shufflevector(v, v, 2, 3, 2, 3))
#define SUM(half) wasm_f64x2_add(wasm_f64x2_mul(half(a), half(b)), half(c))
    v128_t low = SUM(LOW), high = SUM(HIGH);
#undef LOW
#undef HIGH
#undef SUM
    vec r = __builtin_shufflevector((vec)wasm_f32x4_demote_f64x2_zero(low),
                                    (vec)wasm_f32x4_demote_f64x2_zero(high), 0, 1, 4, 5);
    word ends = __builtin_shufflevector((word)low, (word)high, 0, 2, 4, 6);
    word halfway = ends << 3 ^ 0x80000000, small = (((word)r << 1) - 1) >> 24; /* 0: maybe */
    if (!wasm_i32x4_all_true(wasm_u32x4_min((v128_t)halfway, (v128_t)small)))
        for (int i = 0; i < LANES; i++)
            r[i] = fma_software(a[i], b[i], c[i]);
    return r;
}

#else
#include <emmintrin.h>
enum { VECTORS = 1, FUSED = 0 };

/* fma_software of fma.h, for two lanes. */
static inline __m128d vec_fma_half(__m128d a, __m128d b, __m128d c) {
    const __m128d zero = _mm_setzero_pd();
    __m128d p = _mm_mul_pd(a, b), s = _mm_add_pd(p, c), back = _mm_sub_pd(s, p);
    __m128d e = _mm_add_pd(_mm_sub_pd(p, _mm_sub_pd(s, back)), _mm_sub_pd(c, back));
    __m128d up = _mm_cmpgt_pd(e, zero), inexact = _mm_or_pd(up, _mm_cmplt_pd(e, zero));
    __m128i nearer = _mm_castpd_si128(_mm_xor_pd(up, _mm_cmpgt_pd(s, zero))); /* to 0 */
    __m128i bits = _mm_castpd_si128(s);
    __m128i step = _mm_andnot_si128(bits, _mm_set1_epi64x(1)); /* 1 where the last bit is even */
    step = _mm_and_si128(step, _mm_castpd_si128(inexact));
    step = _mm_sub_epi64(_mm_xor_si128(step, nearer), nearer); /* -step where nearer */
    return _mm_castsi128_pd(_mm_add_epi64(bits, step));
}

static inline vec vec_fma(vec a, vec b, vec c) {
    __m128 low = _mm_cvtpd_ps(vec_fma_half(_mm_cvtps_pd(a), _mm_cvtps_pd(b), _mm_cvtps_pd(c)));
    __m128 high = _mm_cvtpd_ps(vec_fma_half(_mm_cvtps_pd(_mm_movehl_ps(a, a)),
                                            _mm_cvtps_pd(_mm_movehl_ps(b, b)),
                                            _mm_cvtps_pd(_mm_movehl_ps(c, c))));
    return _mm_movelh_ps(low, high);
}
#endif

#ifdef __wasm_simd128__
static inline unsigned vec_mask(vec v) {
    return wasm_i32x4_bitmask(wasm_f32x4_ne((v128_t)v, wasm_f32x4_const_splat(0)));
}
#elif !defined(__aarch64__)
static inline unsigned vec_mask(vec v) {
    return (unsigned)_mm_movemask_ps(_mm_cmpneq_ps(v, _mm_setzero_ps()));
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
