/* Pictures in memory, read from and written to PNG files. Only this file knows libpng. */
#pragma once

#include "base/error.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PICTURE_MAX_SIDE = 16384,      /* the largest width and height that are read */
    PICTURE_MAX_COMPRESSION = 1032 /* the maximum compression ratio of deflate, in PNG and gzip */
};

struct picture {
    int width, height, channels; /* channels: 1 grey, 3 red, green, blue */
    uint8_t *pixels;             /* height x width x channels, row by row, 0 .. 255 */
};

/* Reads a PNG file, which may be hostile. It must be 8-bit grey or RGB: palettes, alpha and 16 bits
 * are rejected, not silently converted. No gamma correction. Free with picture_free. */
ERROR_CHECKED int picture_read(struct picture *p, const char *path, struct error *e);

/* Appends the bytes of a PNG file to `out`. `what` names the picture in errors. */
ERROR_CHECKED int picture_encode(const struct picture *p, const char *what, struct text *out,
                                 struct error *e);

/* Writes a PNG file, completely or not at all. */
ERROR_CHECKED int picture_write(const struct picture *p, const char *path, struct error *e);

void picture_free(struct picture *p);

/* The number of bytes in pixels. */
size_t picture_size(const struct picture *p);

/* The grey of a colour: the luma of ITU-R BT.601, rounded. */
static inline uint8_t picture_grey(const uint8_t rgb[3]) {
    return (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}
