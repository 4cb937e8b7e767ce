#include "base/sha256.h"
#include "base/file.h"

#include <nettle/sha2.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct sha256), "struct sha256 is too small");

void sha256_begin(struct sha256 *h) {
    struct sha256_ctx c;
    sha256_init(&c);
    memcpy(h, &c, sizeof c);
}

void sha256_add(struct sha256 *h, const void *data, size_t size) {
    struct sha256_ctx c;
    memcpy(&c, h, sizeof c);
    sha256_update(&c, size, data);
    memcpy(h, &c, sizeof c);
}

void sha256_end(struct sha256 *h, char hex[SHA256_HEX]) {
    struct sha256_ctx c;
    uint8_t digest[SHA256_DIGEST_SIZE];
    memcpy(&c, h, sizeof c);
    sha256_digest(&c, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void sha256_hex(const void *data, size_t size, char hex[SHA256_HEX]) {
    struct sha256 h;
    sha256_begin(&h);
    sha256_add(&h, data, size);
    sha256_end(&h, hex);
}

int sha256_file(const char *path, char hex[SHA256_HEX], struct error *e) {
    size_t size;
    SCOPED_MEMORY char *bytes = file_read(path, SIZE_MAX, &size, e);
    if (bytes)
        sha256_hex(bytes, size, hex);
    return bytes ? 0 : -1;
}
