#include "runs/bytes.h"

#include <endian.h>
#include <string.h>

void bytes_add(struct text *t, uint64_t n, size_t size) {
    n = htole64(n);
    text_add(t, &n, size);
}

void bytes_add_float(struct text *t, float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bytes_add(t, bits, sizeof bits);
}

uint64_t bytes_number(const char *from, size_t size) {
    uint64_t n = 0;
    memcpy(&n, from, size);
    return le64toh(n);
}

float bytes_float(const char *from) {
    uint32_t bits = (uint32_t)bytes_number(from, sizeof bits);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
