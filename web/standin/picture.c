/* Stands in for picture/decode_png.c, decode_jpeg.c and picture_encode.c.
 *
 * png.js unpacks a PNG: what is read here has PNG's signature, then width, height and number of
 * channels, each in 4 bytes, little-endian, then the pixels. What is written is a real PNG, whose
 * data is stored uncompressed. */
#include "picture/decode.h"

#include <stdlib.h>
#include <string.h>

enum { SIGNATURE = 8, HEADER = 20 };

static unsigned number(const uint8_t *b) {
    return b[0] | (unsigned)b[1] << 8 | (unsigned)b[2] << 16 | (unsigned)b[3] << 24;
}

int decode_png(struct picture *p, const struct encoded *from, const uint8_t background[3],
               int *orientation, struct error *e) {
    if (from->size < HEADER)
        return decode_damaged(from, "the file is truncated", e);
    unsigned channels = number(from->bytes + SIGNATURE + 8);
    if (channels != 1 && channels != 3)
        return decode_damaged(from, "it has not been unpacked", e);
    if (decode_set_size(p, number(from->bytes + SIGNATURE), number(from->bytes + SIGNATURE + 4), 0,
                        from, e) != 0)
        return -1;
    p->channels = (int)channels;
    if (from->size - HEADER != picture_size(p))
        return decode_damaged(from, "its size does not fit its width and height", e);
    p->pixels = malloc(picture_size(p) + 1);
    if (!p->pixels)
        return error_memory(e, from->name);
    memcpy(p->pixels, from->bytes + HEADER, picture_size(p));
    return 0;
}

int decode_jpeg(struct picture *p, const struct encoded *from, int *orientation, struct error *e) {
    return error_input(e, "%s: is a JPEG, which this page does not read; make it a PNG",
                       from->name);
}

/* ---- writing: PNG (W3C, section 5) around stored blocks of deflate (RFC 1950, 1951) ---- */

static void add_u32(struct text *t, uint32_t x) {
    const char bytes[] = {(char)(x >> 24), (char)(x >> 16), (char)(x >> 8), (char)x};
    text_add(t, bytes, sizeof bytes);
}

static void add_chunk(struct text *t, const char *type, const void *data, size_t size) {
    uint32_t crc = ~0u;
    add_u32(t, (uint32_t)size);
    size_t begin = t->size;
    text_add(t, type, 4);
    text_add(t, data, size);
    for (size_t i = begin; i < t->size && !t->failed; i++) {
        crc ^= (uint8_t)t->data[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    add_u32(t, ~crc);
}

int picture_encode(const struct picture *p, const char *what, struct text *out, struct error *e) {
    enum { BLOCK = 0xffff };
    struct text lines = {0}, header = {0}, data = {0};
    size_t line = (size_t)p->width * (size_t)p->channels;
    uint32_t a = 1, b = 0; /* Adler-32 */
    for (int y = 0; y < p->height; y++) {
        text_add(&lines, "", 1); /* no filter */
        text_add(&lines, p->pixels + (size_t)y * line, line);
    }
    add_u32(&header, (uint32_t)p->width);
    add_u32(&header, (uint32_t)p->height);
    text_add(&header, (const char[]){8, p->channels == 1 ? 0 : 2, 0, 0, 0}, 5);
    text_add(&data, "\x78\x01", 2);
    for (size_t i = 0; i < lines.size && !lines.failed; i += BLOCK) {
        size_t n = lines.size - i < BLOCK ? lines.size - i : BLOCK;
        text_add(
            &data,
            (const char[]){i + n == lines.size, (char)n, (char)(n >> 8), (char)~n, (char)(~n >> 8)},
            5);
        text_add(&data, lines.data + i, n);
    }
    for (size_t i = 0; i < lines.size && !lines.failed; i++) {
        a = (a + (uint8_t)lines.data[i]) % 65521;
        b = (b + a) % 65521;
    }
    add_u32(&data, b << 16 | a);
    bool failed = lines.failed || header.failed || data.failed;
    if (!failed) {
        text_add(out, "\x89PNG\r\n\x1a\n", SIGNATURE);
        add_chunk(out, "IHDR", header.data, header.size);
        add_chunk(out, "IDAT", data.data, data.size);
        add_chunk(out, "IEND", "", 0);
    }
    text_free(&lines);
    text_free(&header);
    text_free(&data);
    return failed || out->failed ? error_memory(e, what) : 0;
}
