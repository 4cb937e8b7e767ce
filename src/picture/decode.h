/* The parts of picture_read_memory: one decoder per format, and the refusal of other formats. */
#pragma once

#include "picture/picture.h"

/* A file in memory. */
struct encoded {
    const char *name; /* in errors */
    const uint8_t *bytes;
    size_t size;
};

/* The format of the file by its first 16 bytes: one of these, another number, or -1 if unknown. */
enum { DECODE_PNG, DECODE_JPEG };
int decode_format(const struct encoded *from);

/* Decode a file of that format into *p, and set *orientation if its EXIF data has one. After a
 * failure p->pixels may be set; the caller frees it. */
ERROR_CHECKED int decode_png(struct picture *p, const struct encoded *from,
                             const uint8_t background[3], int *orientation, struct error *e);
ERROR_CHECKED int decode_jpeg(struct picture *p, const struct encoded *from, int *orientation,
                              struct error *e);

/* Refuses another file by its first bytes: other image formats with the command that converts
 * them, and what is found in place of an image after a failed download. Returns -1. */
int decode_foreign(const struct encoded *from, struct error *e);

/* Sets the image's width and height, after checking them against the limits and against the file,
 * which takes at least `least` bytes for that many pixels. Call it before allocating the pixels. */
ERROR_CHECKED int decode_set_size(struct picture *p, unsigned width, unsigned height, size_t least,
                                  const struct encoded *from, struct error *e);

/* The orientation, 1 .. 8 (see picture_orient), in EXIF data, which may be hostile; 0 if it has
 * no valid one. */
int decode_orientation(const uint8_t *data, size_t size);

/* Records that the file is damaged because of `why`. Returns -1. */
int decode_damaged(const struct encoded *from, const char *why, struct error *e);

/* Records that the file must be converted first: what it `is` ("is a CMYK JPEG"), and the command
 * `tool` 'NAMEpage' `flag`'OUT.png', where OUT is the name without its extension. Returns -1. */
int decode_convert(const struct encoded *from, const char *is, const char *tool, const char *page,
                   const char *flag, struct error *e);
