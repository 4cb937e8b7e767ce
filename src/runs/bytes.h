/* Floats as little-endian bytes, so files are the same on every machine. */
#pragma once

#include "base/text.h"

#include <endian.h>

static inline void bytes_add_float(struct text *t, float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = htole32(bits);
    text_add(t, &bits, sizeof bits);
}

static inline float bytes_float(const char *from) {
    uint32_t bits;
    float x;
    memcpy(&bits, from, sizeof bits);
    bits = le32toh(bits);
    memcpy(&x, &bits, sizeof x);
    return x;
}
