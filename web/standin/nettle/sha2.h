/* Stands in for Nettle: SHA-256 (FIPS 180-4), for src/base/sha256.c. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SHA256_DIGEST_SIZE = 32 };

struct sha256_ctx {
    uint32_t state[8];
    uint64_t size; /* bytes so far */
    uint8_t block[64];
};

void sha256_init(struct sha256_ctx *c);
void sha256_update(struct sha256_ctx *c, size_t size, const uint8_t *data);
void sha256_digest(struct sha256_ctx *c, size_t size, uint8_t *digest);
