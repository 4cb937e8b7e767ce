/* Random numbers: Philox4x32-10, a counter-based generator.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11);
 * tests/test_base.c has the known-answer vectors of their Random123 library.
 *
 * A stream is identified by (seed, purpose, stream number), and number i of a stream is a pure
 * function of these and i. So initialisation, shuffling and splitting are independent of each
 * other, and an epoch's shuffle does not depend on how many numbers earlier epochs drew. Everything
 * is integer arithmetic, so every machine draws the same bits. */
#pragma once

#include "base/libc.h"

enum rng_purpose {
    RNG_INIT = 1,
    RNG_SHUFFLE = 2,
    RNG_SPLIT = 3,
    RNG_LIMIT = 4,
    RNG_DROPOUT = 5,
    RNG_SYNTHETIC = 6,
    RNG_COMPOSE = 7,
    RNG_AUGMENT = 8,
    RNG_CHECK = 16
};

struct rng {
    uint32_t key[2];     /* the seed */
    uint32_t counter[4]; /* block index (64 bits), stream number, purpose */
    uint32_t block[4];   /* the four numbers of the current block ... */
    int left;            /* ... of which this many are left */
};

/* The beginning of a stream. `stream` is the epoch for shuffles, the parameter's index for
 * initialisations, the class for splits and limits, the split for synthetic and composed data. */
struct rng rng_stream(uint64_t seed, enum rng_purpose purpose, uint32_t stream);

uint32_t rng_u32(struct rng *r);               /* 32 uniform bits */
uint32_t rng_below(struct rng *r, uint32_t n); /* uniform in 0 .. n-1, unbiased; n >= 1 */
float rng_uniform(struct rng *r);              /* uniform in [0, 1): a multiple of 2^-24, exact */

/* Shuffles order[0 .. n-1] uniformly (Fisher-Yates, Knuth TAOCP 3.4.2 P). */
void rng_shuffle(struct rng *r, int *order, int n);

/* The block function alone, out = philox(counter, key), for the known-answer test. */
void rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* The same in place: turns a counter of four words into four numbers, in ten rounds. A round
 * multiplies two of the words, and XORs the high halves of the 64-bit products with the other two
 * and the key. The next round's key adds the golden ratio and sqrt(3) - 1, as 32-bit fractions
 * (Weyl). Inline, so loops over counters are vectorised. */
static inline void philox_block(const uint32_t key[2], uint32_t w[4]) {
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
        uint64_t p0 = (uint64_t)0xD2511F53u * w[0];
        uint64_t p1 = (uint64_t)0xCD9E8D57u * w[2];
        w[0] = (uint32_t)(p1 >> 32) ^ w[1] ^ k0;
        w[1] = (uint32_t)p1;
        w[2] = (uint32_t)(p0 >> 32) ^ w[3] ^ k1;
        w[3] = (uint32_t)p0;
    }
}

/* Four numbers of each of 16 counters {first + i, c1, c2, c3}, computed side by side, for vector
 * code: first word 0 of all of them, then word 1, ... */
enum { PHILOX_LANES = 16, PHILOX_NUMBERS = 4 * PHILOX_LANES };
static inline void philox_numbers(uint64_t seed, uint32_t first, uint32_t c1, uint32_t c2,
                                  uint32_t c3, uint32_t number[PHILOX_NUMBERS]) {
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int i = 0; i < PHILOX_LANES; i++) {
        uint32_t w[] = {first + (uint32_t)i, c1, c2, c3};
        philox_block(key, w);
        for (int k = 0; k < 4; k++)
            number[i + k * PHILOX_LANES] = w[k];
    }
}
