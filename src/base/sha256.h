/* SHA-256 (FIPS 180-4), computed by Nettle. It identifies models, datasets and runs. */
#pragma once

#include "base/error.h"

enum { SHA256_HEX = 65 }; /* 64 hex digits and the NUL */

struct sha256 {
    uint64_t state[16]; /* space for Nettle's struct, which only sha256.c sees */
};

/* Digests in lower-case hex: of everything added between begin and end, of data, or of a file. */
void sha256_begin(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t size);
void sha256_end(struct sha256 *h, char hex[SHA256_HEX]);
void sha256_hex(const void *data, size_t size, char hex[SHA256_HEX]);
ERROR_CHECKED int sha256_file(const char *path, char hex[SHA256_HEX], struct error *e);
