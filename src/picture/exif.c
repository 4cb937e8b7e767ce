#include "picture/exif.h"

#include <stdbool.h>
#include <string.h>

/* TIFF 6.0, pages 13 to 16. The numbers' byte order is the file's choice. */
struct tiff {
    const uint8_t *bytes;
    bool little;
};

static unsigned u16(const struct tiff *t, size_t at) {
    const uint8_t *b = t->bytes + at;
    return t->little ? (unsigned)b[1] << 8 | b[0] : (unsigned)b[0] << 8 | b[1];
}

static size_t u32(const struct tiff *t, size_t at) {
    size_t first = u16(t, at), second = u16(t, at + 2);
    return t->little ? second << 16 | first : first << 16 | second;
}

int exif_orientation(const uint8_t *data, size_t size) {
    enum { HEADER = 8, ENTRY = 12, ORIENTATION = 0x112, SHORT = 3 };
    if (size < 6 + HEADER || memcmp(data, "Exif\0", 6) != 0)
        return 0;
    struct tiff t = {data + 6, data[6] == 'I'};
    size -= 6;
    if (memcmp(t.bytes, t.little ? "II*\0" : "MM\0*", 4) != 0)
        return 0;
    size_t directory = u32(&t, 4); /* a count, then entries: tag, type, length, value or offset */
    if (directory > size - 2)
        return 0;
    size_t count = u16(&t, directory), room = (size - directory - 2) / ENTRY;
    for (size_t i = 0; i < count && i < room; i++) {
        size_t entry = directory + 2 + i * ENTRY;
        if (u16(&t, entry) == ORIENTATION && u16(&t, entry + 2) == SHORT) {
            unsigned value = u16(&t, entry + 8);
            return value <= 8 ? (int)value : 0;
        }
    }
    return 0;
}
