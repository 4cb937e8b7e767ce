/* A vector of floats, as wide as the instruction set that the file is compiled for has it: the few
 * operations that gemm_simd.c needs. Lane by lane vec_fma is what real_fma is, one rounding.
 *
 * ONEHOT_LANES says which: 16 is AVX-512, 8 is AVX2 with FMA, 4 is SSE2 or NEON. */
#ifndef ONEHOT_TENSOR_SIMD_H
#define ONEHOT_TENSOR_SIMD_H

#include "tensor/fma.h"

#include <stdint.h>
#include <string.h>

#if ONEHOT_LANES == 16
#include <immintrin.h>

typedef __m512 vec;
enum { LANES = 16, VECTORS = 4 }; /* VECTORS of each of 6 rows are summed in registers */

static inline vec vec_load(const float *p) {
    return _mm512_loadu_ps(p);
}

static inline void vec_store(float *p, vec v) {
    _mm512_storeu_ps(p, v);
}

static inline vec vec_all(float x) {
    return _mm512_set1_ps(x);
}

static inline vec vec_fma(vec a, vec b, vec c) {
    return _mm512_fmadd_ps(a, b, c);
}

static inline vec vec_add(vec a, vec b) {
    return _mm512_add_ps(a, b);
}

/* The first n <= LANES floats; behind them the lanes are 0, and memory is not touched. */
static inline vec vec_load_first(const float *p, int n) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

static inline void vec_store_first(float *p, vec v, int n) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
}

/* Writes the numbers of the lanes that are not 0, from `base` on, to places, which needs room for
 * LANES; returns how many there are. */
static inline int vec_list(uint8_t *places, vec v, int base) {
    __mmask16 mask = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i place = _mm512_add_epi32(_mm512_set1_epi32(base), lanes);
    _mm_storeu_si128((__m128i *)(void *)places,
                     _mm512_cvtepi32_epi8(_mm512_maskz_compress_epi32(mask, place)));
    return __builtin_popcount(mask);
}

/* Newer CPUs list 64 lanes at once. */
enum { VEC_LIST = 64 }; /* the room that a list needs behind its end */

static inline int vec_list_many_here(void) {
    return __builtin_cpu_supports("avx512vbmi2") != 0;
}

/* vec_list for `count` floats. */
__attribute__((target("avx512bw,avx512vbmi2"))) static int
vec_list_many(uint8_t *places, const float *p, int count, int base) {
    __m512i lanes = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48,
                                    47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
                                    31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                                    15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    int n = 0;
    for (int i = 0; i < count; i += 64) {
        uint64_t mask = 0;
        for (int k = 0; k < 64 && i + k < count; k += 16) {
            int left = count - i - k;
            __mmask16 there = (__mmask16)(left < 16 ? (1u << left) - 1 : 0xffff);
            vec v = _mm512_maskz_loadu_ps(there, p + i + k);
            mask |= (uint64_t)_mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ) << k;
        }
        __m512i place = _mm512_add_epi8(lanes, _mm512_set1_epi8((char)(base + i)));
        _mm512_storeu_si512(places + n, _mm512_maskz_compress_epi8(mask, place));
        n += __builtin_popcountll(mask);
    }
    return n;
}

#elif ONEHOT_LANES == 8
#include <immintrin.h>

typedef __m256 vec;
enum { LANES = 8, VECTORS = 2 };

static inline vec vec_load(const float *p) {
    return _mm256_loadu_ps(p);
}

static inline void vec_store(float *p, vec v) {
    _mm256_storeu_ps(p, v);
}

static inline vec vec_all(float x) {
    return _mm256_set1_ps(x);
}

static inline vec vec_fma(vec a, vec b, vec c) {
    return _mm256_fmadd_ps(a, b, c);
}

static inline vec vec_add(vec a, vec b) {
    return _mm256_add_ps(a, b);
}

static inline __m256i vec_first(int n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline vec vec_load_first(const float *p, int n) {
    return _mm256_maskload_ps(p, vec_first(n));
}

static inline void vec_store_first(float *p, vec v, int n) {
    _mm256_maskstore_ps(p, vec_first(n), v);
}

/* Eight places fit a word: of its bytes 0 .. 7 those stay whose lane is not 0, side by side. */
static inline int vec_list(uint8_t *places, vec v, int base) {
    unsigned mask =
        (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_NEQ_UQ));
    uint64_t every = 0x0101010101010101, bytes = _pdep_u64(mask, every) * 0xff;
    uint64_t place = _pext_u64(0x0706050403020100, bytes) + (uint64_t)base * every;
    memcpy(places, &place, sizeof place);
    return __builtin_popcount(mask);
}

#else

typedef float vec __attribute__((vector_size(16)));
enum { LANES = 4 };

#ifdef __aarch64__
#include <arm_neon.h>
enum { VECTORS = 4 };

static inline vec vec_fma(vec a, vec b, vec c) {
    return (vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}

#elif defined(__FMA__)
#include <immintrin.h>
enum { VECTORS = 2 };

static inline vec vec_fma(vec a, vec b, vec c) {
    return _mm_fmadd_ps(a, b, c);
}

#else
#include <emmintrin.h>
enum { VECTORS = 1 };

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

static inline vec vec_load(const float *p) {
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vec_store(float *p, vec v) {
    memcpy(p, &v, sizeof v);
}

static inline vec vec_all(float x) {
    return (vec){x, x, x, x};
}

static inline vec vec_add(vec a, vec b) {
    return a + b;
}

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

/* No branch on the values: which pixels are black cannot be predicted. */
static inline int vec_list(uint8_t *places, vec v, int base) {
    float lanes[LANES];
    int n = 0;
    vec_store(lanes, v);
    for (int i = 0; i < LANES; i++) {
        places[n] = (uint8_t)(base + i);
        n += lanes[i] != 0;
    }
    return n;
}

#endif

#if ONEHOT_LANES != 16
enum { VEC_LIST = LANES };

static inline int vec_list_many_here(void) {
    return 0;
}

static inline int vec_list_many(uint8_t *places, const float *p, int count, int base) {
    (void)places, (void)p, (void)count, (void)base;
    return 0;
}
#endif
#endif
