#include "picture/decode.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>

/* libpng reports errors by longjmp: everything that must survive it is in here. */
struct reader {
    const struct encoded *from;
    struct error *error;
    size_t used; /* bytes of the file */
    jmp_buf failed;
};

static void on_error(png_structp png, png_const_charp message) {
    struct reader *r = png_get_error_ptr(png);
    if (errno == ENOMEM)
        error_memory(r->error, r->from->name);
    decode_damaged(r->from, message, r->error); /* the first error counts */
    longjmp(r->failed, 1);
}

static void on_warning(png_structp png, png_const_charp message) {}

static void on_read(png_structp png, png_bytep out, size_t size) {
    struct reader *r = png_get_io_ptr(png);
    if (size > r->from->size - r->used)
        png_error(png, "the file is truncated");
    memcpy(out, r->from->bytes + r->used, size);
    r->used += size;
}

/* Checks that each chunk ends within the file: libpng allocates and clears as many bytes as a chunk
 * announces, up to 2 GB, before it notices that they are missing. Finds the orientation. */
static int check_chunks(const struct encoded *from, int *orientation, struct error *e) {
    size_t at = 8; /* after the signature; a chunk is length, type, data, CRC */
    if (from->size >= 16 && memcmp(from->bytes + 12, "CgBI", 4) == 0)
        return error_input(e,
                           "%s: is a PNG changed for iPhones; restore it: pngcrush "
                           "-revert-iphone-optimizations '%s' restored.png",
                           from->name, from->name);
    while (at <= from->size && from->size - at >= 12) {
        const uint8_t *b = from->bytes + at;
        size_t room = from->size - at - 12;
        size_t length = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (length > room)
            return decode_damaged(from, "the file is truncated", e);
        if (memcmp(b + 4, "IEND", 4) == 0)
            break;
        if (memcmp(b + 4, "eXIf", 4) == 0 && *orientation == 0)
            *orientation = decode_orientation(b + 8, length);
        at += 12 + length;
    }
    return 0;
}

static bool palette_is_grey(png_structp png, png_infop info) {
    png_colorp colours;
    int count;
    if (png_get_PLTE(png, info, &colours, &count) == 0)
        return false;
    for (int i = 0; i < count; i++)
        if (colours[i].red != colours[i].green || colours[i].red != colours[i].blue)
            return false;
    return true;
}

/* Requests the transformations that turn any PNG into 8-bit grey or RGB, perhaps followed by alpha.
 * Sets p->changes, and p->channels without alpha. Returns how many times the rows are read: once,
 * unless interlaced. */
static int transform(struct picture *p, png_structp png, png_infop info,
                     const uint8_t background[3]) {
    int color = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
    bool transparent = color & PNG_COLOR_MASK_ALPHA || png_get_valid(png, info, PNG_INFO_tRNS);
    bool coloured = background[0] != background[1] || background[0] != background[2];
    bool grey = color == PNG_COLOR_TYPE_PALETTE ? palette_is_grey(png, info)
                                                : !(color & PNG_COLOR_MASK_COLOR);
    p->channels = grey && !(transparent && coloured) ? 1 : 3;
    if (color == PNG_COLOR_TYPE_PALETTE) {
        p->changes |= PICTURE_PALETTE;
        png_set_palette_to_rgb(png);
    } else if (depth < 8) {
        p->changes |= PICTURE_FEW_BITS;
        png_set_expand_gray_1_2_4_to_8(png);
    } else if (depth == 16) {
        p->changes |= PICTURE_16_BITS;
        png_set_scale_16(png);
    }
    if (png_get_valid(png, info, PNG_INFO_tRNS))
        png_set_tRNS_to_alpha(png);
    if (p->channels == 3 && !(color & PNG_COLOR_MASK_COLOR))
        png_set_gray_to_rgb(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    return passes;
}

/* Composites pixels of `channels` values, the last of which is alpha if `alpha`, on the background,
 * and keeps p->channels of them. Works in place, since no value is written before it was read. */
static void flatten(struct picture *p, int channels, bool alpha, const uint8_t background[3]) {
    size_t pixels = (size_t)p->width * (size_t)p->height;
    const uint8_t *from = p->pixels;
    uint8_t *to = p->pixels;
    for (size_t i = 0; i < pixels; i++, from += channels, to += p->channels) {
        int a = alpha ? from[channels - 1] : 255;
        for (int c = 0; c < p->channels; c++)
            to[c] = (uint8_t)((from[c] * a + background[c] * (255 - a) + 127) / 255);
        if (a < 255)
            p->changes |= PICTURE_TRANSPARENT;
    }
}

static int decode(struct reader *r, png_structp png, png_infop info, struct picture *p,
                  const uint8_t background[3]) {
    if (setjmp(r->failed))
        return -1;
    errno = 0; /* for on_error */

    png_set_user_limits(png, 0x7fffffff, 0x7fffffff); /* decode_set_size checks ours */
    /* A negative count means all chunks but IHDR, PLTE, tRNS, IDAT and IEND. They are skipped,
     * neither decompressed nor kept, and so may have any length. */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT); /* even in skipped chunks */
    png_set_read_fn(png, r, on_read);
    png_read_info(png, info);
    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    if (decode_set_size(p, width, height,
                        height * png_get_rowbytes(png, info) / PICTURE_MAX_COMPRESSION, r->from,
                        r->error) != 0)
        return -1;
    int passes = transform(p, png, info, background);
    int channels = png_get_channels(png, info);
    size_t line = png_get_rowbytes(png, info);
    p->pixels = malloc((size_t)height * line);
    if (!p->pixels)
        return error_memory(r->error, r->from->name);
    for (; passes > 0; passes--)
        for (size_t y = 0; y < height; y++)
            png_read_row(png, p->pixels + y * line, NULL);
    png_read_end(png, NULL); /* what follows the end is ignored */
    if (channels != p->channels)
        flatten(p, channels, channels % 2 == 0, background);
    return 0;
}

int decode_png(struct picture *p, const struct encoded *from, const uint8_t background[3],
               int *orientation, struct error *e) {
    struct reader r = {.from = from, .error = e};
    if (check_chunks(from, orientation, e) != 0)
        return -1;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int result = info ? decode(&r, png, info, p, background) : error_memory(e, from->name);
    png_destroy_read_struct(&png, &info, NULL);
    return result;
}
