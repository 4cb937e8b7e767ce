/* SHA-256 (FIPS 180-4), computed by Nettle. It identifies models, datasets and runs. */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { SHA256_HEX = 65 }; /* 64 hex digits and the NUL */

struct sha256 {
    uint64_t state[16]; /* holds Nettle's struct, which only sha256.c sees */
};

void sha256_begin(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t size);

/* The digest of all that was added, in lower-case hex. */
void sha256_end(struct sha256 *h, char hex[SHA256_HEX]);

/* All three in one call. */
void sha256_hex(const void *data, size_t size, char hex[SHA256_HEX]);

/* The digest of a file. */
ERROR_CHECKED int sha256_file(const char *path, char hex[SHA256_HEX], struct error *e);
