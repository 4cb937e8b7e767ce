#include "picture/decode.h"

#include <strings.h>

int decode_damaged(const struct encoded *from, const char *why, struct error *e) {
    return error_input(e, "%s: is damaged: %s; replace it or remove it", from->name, why);
}

int decode_set_size(struct picture *p, unsigned width, unsigned height, size_t least,
                    const struct encoded *from, struct error *e) {
    if (width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE ||
        (size_t)width * height > PICTURE_MAX_PIXELS)
        return error_input(
            e, "%s: is %u x %u pixels; the limit is %d per side and %d in all: scale it down",
            from->name, width, height, PICTURE_MAX_SIDE, PICTURE_MAX_PIXELS);
    if (least > from->size)
        return decode_damaged(from, "it is too small for its width and height", e);
    p->width = (int)width;
    p->height = (int)height;
    return 0;
}

int decode_convert(const struct encoded *from, const char *is, const char *tool, const char *page,
                   const char *flag, struct error *e) {
    const char *slash = strrchr(from->name, '/'), *dot = strrchr(from->name, '.');
    size_t stem = strlen(from->name);
    if (dot && dot > (slash ? slash : from->name))
        stem = (size_t)(dot - from->name);
    return error_input(e, "%s: %s; convert it: %s '%s%s' %s'%.*s.png'", from->name, is, tool,
                       from->name, page, flag, (int)stem, from->name);
}

/* ---- EXIF ---- */

/* TIFF 6.0, pages 13 to 16. The file chooses the byte order of its numbers. */
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

int decode_orientation(const uint8_t *data, size_t size) {
    enum { HEADER = 8, ENTRY = 12, ORIENTATION = 0x112, SHORT = 3 };
    if (size < HEADER)
        return 0;
    struct tiff t = {data, data[0] == 'I'};
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

/* ---- formats ---- */

/* Image formats, by the bytes at an offset, and how to convert them: see decode_convert. In a GIF
 * or TIFF, [0] is the first of several images. */
#define MAGIC(at, bytes) (at), sizeof(bytes) - 1, (bytes)
static const struct {
    size_t at, length;
    const char *magic, *is, *tool, *page, *flag;
} formats[] = {
    [DECODE_PNG] = {MAGIC(0, "\x89PNG"), "", "", "", ""},
    [DECODE_JPEG] = {MAGIC(0, "\xff\xd8\xff"), "", "", "", ""},
    {MAGIC(0, "GIF8"), "is a GIF image", "convert", "[0]", ""},
    {MAGIC(0, "BM"), "is a BMP image", "convert", "", ""},
    {MAGIC(0, "II*\0"), "is a TIFF image", "convert", "[0]", ""},
    {MAGIC(0, "II+\0"), "is a TIFF image", "convert", "[0]", ""},
    {MAGIC(0, "MM\0*"), "is a TIFF image", "convert", "[0]", ""},
    {MAGIC(0, "MM\0+"), "is a TIFF image", "convert", "[0]", ""},
    {MAGIC(0, "P5\n"), "is a PGM image", "convert", "", ""},
    {MAGIC(0, "P6\n"), "is a PPM image", "convert", "", ""},
    {MAGIC(8, "WEBP"), "is a WebP image", "dwebp", "", "-o "},
    {MAGIC(4, "ftyphe"), "is a HEIC image", "heif-convert", "", ""},
    {MAGIC(4, "ftypmif1"), "is a HEIF image", "heif-convert", "", ""},
    {MAGIC(4, "ftypmsf1"), "is a HEIF image", "heif-convert", "", ""},
    {MAGIC(4, "ftypavi"), "is an AVIF image", "heif-convert", "", ""},
};

/* Texts that are often found in place of an image, by their first letters in lower or upper case,
 * after white space. */
static const struct {
    const char *begins, *is;
} texts[] = {
    {"<!doctype html", "is an HTML page, not an image: download the image itself"},
    {"<html", "is an HTML page, not an image: download the image itself"},
    {"<?xml", "is XML, not an image: the download may have failed; download it again"},
    {"version https://git-lfs", "is a Git LFS pointer, not an image: run git lfs pull"},
};

int decode_format(const struct encoded *from) {
    for (int i = 0; i < (int)(sizeof formats / sizeof *formats); i++)
        if (from->size >= formats[i].at + formats[i].length &&
            memcmp(from->bytes + formats[i].at, formats[i].magic, formats[i].length) == 0)
            return i;
    return -1;
}

int decode_foreign(const struct encoded *from, struct error *e) {
    char text[1024] = "";
    int format = decode_format(from);
    if (from->size == 0)
        return error_input(e, "%s: is empty; download it again or remove it", from->name);
    memcpy(text, from->bytes, from->size < sizeof text ? from->size : sizeof text - 1);
    const char *start = text + strspn(text, "\xef\xbb\xbf \t\r\n"); /* byte order mark, spaces */
    if (format >= 0)
        return decode_convert(from, formats[format].is, formats[format].tool, formats[format].page,
                              formats[format].flag, e);
    if (*start == '<' && strstr(start, "<svg"))
        return decode_convert(from, "is an SVG drawing", "rsvg-convert", "", "-o ", e);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strncasecmp(start, texts[i].begins, strlen(texts[i].begins)) == 0)
            return error_input(e, "%s: %s", from->name, texts[i].is);
    return error_input(e, "%s: is neither a PNG nor a JPEG image; convert it or remove it",
                       from->name);
}
