/* Images in memory: read from PNG and JPEG files, written to PNG files.
 *
 * Every image becomes 8-bit grey or RGB; `changes` lists what had to be converted for that. The
 * same file gives the same pixels with any version of the libraries and on any CPU. */
#pragma once

#include "base/error.h"
#include "base/text.h"

/* Decoding a progressive JPEG takes 9 bytes per pixel, so at most 1.2 GB, in each thread. */
enum {
    PICTURE_MAX_SIDE = 16384,      /* the largest width and height that are read */
    PICTURE_MAX_PIXELS = 1 << 27,  /* the largest width * height */
    PICTURE_MAX_COMPRESSION = 1032 /* the maximum compression ratio of deflate, in PNG and gzip */
};

/* What a file was, and what reading it and preprocess.c changed, as bits. */
enum {
    PICTURE_JPEG = 1,
    PICTURE_PALETTE = 2,      /* colours of a palette */
    PICTURE_FEW_BITS = 4,     /* grey of 1, 2 or 4 bits, widened to 8 */
    PICTURE_16_BITS = 8,      /* rounded to 8 */
    PICTURE_TRANSPARENT = 16, /* a pixel was not opaque: drawn on the background */
    PICTURE_TURNED = 32,      /* rotated or mirrored, as its EXIF data says */
    PICTURE_TRANSPOSED = 64,
    PICTURE_SCALED = 128,
    PICTURE_MADE_GREY = 256,
    PICTURE_MADE_RGB = 512,
    PICTURE_BARS = 1024, /* bars in the mean colour of its border fill up the new size */
    PICTURE_CHANGES = 11 /* number of bits */
};

struct picture {
    int width, height, channels; /* channels: 1 grey, 3 red, green, blue */
    uint8_t *pixels;             /* height x width x channels, row by row, 0 .. 255 */
    unsigned changes;
};

/* A black image; its pixels are NULL if out of memory. Free with picture_free. */
struct picture picture_alloc(int width, int height, int channels);
void picture_free(struct picture *p);

/* Reads a PNG or JPEG file, which may be hostile; the content decides which of the two it is.
 * Transparent pixels are composited on the background (red, green, blue); if that is coloured, a
 * grey image with transparency becomes RGB. Gamma and colour profiles are ignored, and so are bytes
 * after the image's end. Damaged or truncated files are errors. Free with picture_free. */
ERROR_CHECKED int picture_read(struct picture *p, const char *path, const uint8_t background[3],
                               struct error *e);

/* The same of a file in memory; `name` stands for it in errors. */
ERROR_CHECKED int picture_read_memory(struct picture *p, const void *bytes, size_t size,
                                      const char *name, const uint8_t background[3],
                                      struct error *e);

/* Whether the path ends in .png, .jpg or .jpeg. */
bool picture_named(const char *path);

/* Whether the file's first bytes are those of an image, even in a format that is not read. */
bool picture_recognise(const char *path);

/* Appends the bytes of a PNG file to `out`. `what` names the image in errors. */
ERROR_CHECKED int picture_encode(const struct picture *p, const char *what, struct text *out,
                                 struct error *e);

/* Writes a PNG file, completely or not at all. */
ERROR_CHECKED int picture_write(const struct picture *p, const char *path, struct error *e);

/* Rotates and mirrors as the EXIF orientation says, 1 .. 8: 1 leaves the image as it is, 2
 * mirrors left and right, 3 turns by 180 degrees, 4 mirrors top and bottom, 5 swaps rows and
 * columns, 6 turns by 90 degrees clockwise, 7 is 5 after 3, 8 turns counterclockwise. Fails if out
 * of memory; then *p is unchanged. */
ERROR_CHECKED int picture_orient(struct picture *p, int orientation, struct error *e);

/* The number of bytes in pixels. */
static inline size_t picture_size(const struct picture *p) {
    return (size_t)p->width * (size_t)p->height * (size_t)p->channels;
}

/* The channels of the pixel in column x of row y. */
static inline uint8_t *picture_pixel(const struct picture *p, int x, int y) {
    return p->pixels + ((size_t)y * (size_t)p->width + (size_t)x) * (size_t)p->channels;
}

/* The grey of a colour: the luma of ITU-R BT.601, rounded. */
static inline uint8_t picture_grey(const uint8_t rgb[3]) {
    return (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}

/* ---- preprocess.c: adapts an image to a model ---- */

/* Turns *p into width x height with 1 or 3 channels. Keeps the aspect ratio: each new pixel is the
 * mean over its area, and the image is centred on a background of the mean colour of its border.
 * Colour becomes grey by picture_grey. All arithmetic is in integers. An image that has this size
 * and these channels is not touched. Fails if out of memory; then *p is unchanged. */
ERROR_CHECKED int preprocess_resize(struct picture *p, int width, int height, int channels,
                                    struct error *e);

/* Swaps dark and light. */
void preprocess_invert(struct picture *p);

/* The mean of all values, 0 .. 1. Their sum is an integer, so their order does not matter. */
double preprocess_mean(const struct picture *p);
