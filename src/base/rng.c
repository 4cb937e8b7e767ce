#include "base/rng.h"

#include <string.h>

/* One round multiplies two of the words, and crosses the halves of the 64-bit products over,
 * mixed with the other two words and the key; the key steps by Weyl constants
 * (the golden ratio and sqrt(3) - 1, as 32-bit fractions). */
void rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c[4], k0 = key[0], k1 = key[1];
    memcpy(c, counter, sizeof c);
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c[0];
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t next[4] = {(uint32_t)(p1 >> 32) ^ c[1] ^ k0, (uint32_t)p1,
                            (uint32_t)(p0 >> 32) ^ c[3] ^ k1, (uint32_t)p0};
        memcpy(c, next, sizeof c);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    memcpy(out, c, sizeof c);
}

struct rng rng_stream(uint64_t seed, enum rng_purpose purpose, uint32_t stream) {
    return (struct rng){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                        .counter = {0, 0, stream, (uint32_t)purpose}};
}

uint32_t rng_u32(struct rng *r) {
    if (r->left == 0) {
        rng_philox(r->counter, r->key, r->block);
        r->left = 4;
        if (++r->counter[0] == 0)
            r->counter[1]++;
    }
    return r->block[4 - r->left--];
}

/* The high word of bits * n is uniform once the 2^32 mod n smallest low words, which would give
 * some results one preimage more than others, are rejected (Lemire 2019, "Fast random integer
 * generation in an interval"). */
uint32_t rng_below(struct rng *r, uint32_t n) {
    uint32_t rejected = (0u - n) % n; /* 2^32 mod n */
    uint64_t product;
    do
        product = (uint64_t)rng_u32(r) * n;
    while ((uint32_t)product < rejected);
    return (uint32_t)(product >> 32);
}

float rng_uniform(struct rng *r) {
    return (float)(rng_u32(r) >> 8) * 0x1p-24f;
}

void rng_shuffle(struct rng *r, int *order, int n) {
    for (int i = n - 1; i > 0; i--) {
        int j = (int)rng_below(r, (uint32_t)i + 1);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
