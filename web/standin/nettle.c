#include <nettle/base64.h>
#include <nettle/sha2.h>

#include <string.h>

/* ---- SHA-256: FIPS 180-4, sections 4.1.2, 4.2.2, 5.1.1 and 6.2 ---- */

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void add_block(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t p = w[i - 15], q = w[i - 2];
        w[i] = w[i - 16] + (rotate(p, 7) ^ rotate(p, 18) ^ p >> 3) + w[i - 7] +
               (rotate(q, 17) ^ rotate(q, 19) ^ q >> 10);
    }
    memcpy(v, state, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t a = v[0], e = v[4];
        uint32_t one = v[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                       ((e & v[5]) ^ (~e & v[6])) + K[i] + w[i];
        uint32_t two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                       ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one;
        v[0] = one + two;
    }
    for (int i = 0; i < 8; i++)
        state[i] += v[i];
}

void sha256_init(struct sha256_ctx *c) {
    *c = (struct sha256_ctx){{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                              0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
                             0,
                             {0}};
}

void sha256_update(struct sha256_ctx *c, size_t size, const uint8_t *data) {
    size_t used = c->size % sizeof c->block;
    c->size += size;
    while (size > 0) {
        size_t n = sizeof c->block - used < size ? sizeof c->block - used : size;
        memcpy(c->block + used, data, n);
        data += n;
        size -= n;
        used += n;
        if (used == sizeof c->block) {
            add_block(c->state, c->block);
            used = 0;
        }
    }
}

/* The padding: a bit of 1, zeros, and the number of bits. */
void sha256_digest(struct sha256_ctx *c, size_t size, uint8_t *digest) {
    uint8_t end[72] = {0x80};
    uint64_t bits = 8 * c->size;
    size_t zeros = 1 + (119 - c->size % 64) % 64;
    for (int i = 0; i < 8; i++)
        end[zeros + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_update(c, zeros + 8, end);
    for (size_t i = 0; i < size; i++)
        digest[i] = (uint8_t)(c->state[i / 4] >> (24 - 8 * (i % 4)));
    sha256_init(c);
}

/* ---- base64 ---- */

void base64_encode_raw(char *digits, size_t size, const uint8_t *bytes) {
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3, digits += 4) {
        size_t left = size - i;
        uint32_t three = (uint32_t)bytes[i] << 16 | (uint32_t)(left > 1 ? bytes[i + 1] : 0) << 8 |
                         (left > 2 ? bytes[i + 2] : 0);
        for (int k = 0; k < 4; k++)
            digits[k] = (size_t)k <= left ? set[three >> (18 - 6 * k) & 63] : '=';
    }
}
