/* A vector of floats, as wide as the instruction set that the file is compiled for has it: the few
 * operations that gemm_simd.c needs. Lane by lane vec_fma is what real_fma is, one rounding. */
#ifndef ONEHOT_TENSOR_SIMD_H
#define ONEHOT_TENSOR_SIMD_H

#include <stdint.h>

#if defined(__AVX512F__)
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

/* Appends the lanes of v that are not 0 to values, and base + lane to places; returns how many.
 * Both need room for LANES more. */
static inline int vec_list(uint8_t *places, vec v, int base) {
    __mmask16 mask = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i place = _mm512_add_epi32(_mm512_set1_epi32(base), lanes);
    _mm_storeu_si128((__m128i *)(void *)places,
                     _mm512_cvtepi32_epi8(_mm512_maskz_compress_epi32(mask, place)));
    return __builtin_popcount(mask);
}

#elif defined(__AVX2__)
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
#endif
