#include "base/rng.h"

void rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    memcpy(out, counter, 4 * sizeof *out);
    philox_block(key, out);
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

/* The high word of bits * n is uniform if products whose low word is one of the 2^32 mod n smallest
 * are rejected; with them, some results would have one preimage more than others (Lemire 2019,
 * "Fast random integer generation in an interval"). */
uint32_t rng_below(struct rng *r, uint32_t n) {
    uint32_t rejected = (0u - n) % n; /* 2^32 mod n */
    uint64_t product;
    do
        product = (uint64_t)rng_u32(r) * n;
    while ((uint32_t)product < rejected);
    return (uint32_t)(product >> 32);
}

float rng_uniform(struct rng *r) { return (float)(rng_u32(r) >> 8) * 0x1p-24f; }

void rng_shuffle(struct rng *r, int *order, int n) {
    for (int i = n - 1; i > 0; i--) {
        int j = (int)rng_below(r, (uint32_t)i + 1);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
