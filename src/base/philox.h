/* The rounds of Philox4x32-10 (rng.h), inline, so that a loop over many counters is vectorised. */
#pragma once

#include <stdint.h>

enum { PHILOX_ROUNDS = 10 };

/* One round on a counter's four words: multiplies two of them, and swaps the halves of the 64-bit
 * products, XORed with the other two words and the key. */
static inline void philox_round(const uint32_t key[2], uint32_t *c0, uint32_t *c1, uint32_t *c2,
                                uint32_t *c3) {
    uint64_t p0 = (uint64_t)0xD2511F53u * *c0;
    uint64_t p1 = (uint64_t)0xCD9E8D57u * *c2;
    *c0 = (uint32_t)(p1 >> 32) ^ *c1 ^ key[0];
    *c1 = (uint32_t)p1;
    *c2 = (uint32_t)(p0 >> 32) ^ *c3 ^ key[1];
    *c3 = (uint32_t)p0;
}

/* The next round's key, a step of Weyl constants (the golden ratio and sqrt(3) - 1, as 32-bit
 * fractions). */
static inline void philox_next(uint32_t key[2]) {
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
}
