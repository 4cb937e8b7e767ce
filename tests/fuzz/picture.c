/* A libFuzzer target: reads the input as an image, whatever its format, and resizes it. It looks
 * for sanitizer errors, timeouts and excessive memory use; make fuzz runs it. */
#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max); /* libFuzzer's own */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error e = {0};
    struct picture p;
    int result = picture_read_memory(&p, data, size, "x", (const uint8_t[]){1, 2, 3}, &e);
    if (result == 0)
        result = preprocess_resize(&p, 5, 7, 4 - p.channels, &e);
    if ((result == 0) != (e.status == ERROR_NONE))
        abort();
    picture_free(&p);
    return 0;
}

/* Corrects the CRC of every PNG chunk, as long as the lengths make sense. Otherwise nearly every
 * mutation would be refused for its CRC. */
static void mend(uint8_t *data, size_t size) {
    for (size_t at = 8; at + 12 <= size;) {
        uint8_t *b = data + at;
        size_t length = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (length > size - at - 12)
            return;
        unsigned long crc = crc32(0, b + 4, (unsigned)length + 4);
        for (int i = 0; i < 4; i++)
            b[8 + length + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
        at += length + 12;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
    size = LLVMFuzzerMutate(data, size, max);
    if (seed % 8 != 0 && size > 8 && memcmp(data, "\x89PNG", 4) == 0)
        mend(data, size);
    return size;
}
