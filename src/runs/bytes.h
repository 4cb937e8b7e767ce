/* Numbers as little-endian bytes, so that files are the same on every machine. */
#pragma once

#include "base/text.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Appends the lowest `size` bytes of n; size is at most 8. */
static inline void bytes_add(struct text *t, uint64_t n, size_t size) {
    n = htole64(n);
    text_add(t, &n, size);
}

static inline void bytes_add_float(struct text *t, float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bytes_add(t, bits, sizeof bits);
}

/* The number in the `size` bytes at `from`. */
static inline uint64_t bytes_number(const char *from, size_t size) {
    uint64_t n = 0;
    memcpy(&n, from, size);
    return le64toh(n);
}

static inline float bytes_float(const char *from) {
    uint32_t bits = (uint32_t)bytes_number(from, sizeof bits);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
