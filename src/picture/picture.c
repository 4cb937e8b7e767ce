#include "picture/picture.h"
#include "base/file.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)1 << 30)

/* libpng reports errors by longjmp: everything that must survive it is in here. */
struct coder {
    const char *path;
    struct error *error;
    const uint8_t *data; /* the file; NULL when writing */
    size_t size, used;
    uint8_t **rows;
    jmp_buf failed;
};

static void on_error(png_structp png, png_const_charp message) {
    struct coder *r = png_get_error_ptr(png);
    if (r->data)
        error_input(r->error, "%s: is damaged: %s", r->path, message);
    else
        error_run(r->error, "%s: cannot be written: %s", r->path, message);
    longjmp(r->failed, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static void on_read(png_structp png, png_bytep out, size_t size) {
    struct coder *r = png_get_io_ptr(png);
    if (size > r->size - r->used)
        png_error(png, "the file is truncated");
    memcpy(out, r->data + r->used, size);
    r->used += size;
}

/* Checks that each chunk ends within the file: libpng allocates and clears the length that a chunk
 * announces, up to 2 GB, before it notices that the bytes are missing. */
static int check_chunks(const struct coder *r) {
    size_t at = 8; /* after the signature; a chunk is length, type, data, CRC */
    while (r->size - at >= 12) {
        const uint8_t *b = r->data + at;
        size_t room = r->size - at - 12;
        size_t length = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        if (length > room)
            return error_input(r->error, "%s: is damaged: the file is truncated", r->path);
        if (memcmp(b + 4, "IEND", 4) == 0)
            break;
        at += 12 + length;
    }
    return 0;
}

/* Checks that onehot supports this kind of picture, before allocating memory for it. */
static int check_header(const struct coder *r, png_structp png, png_infop info) {
    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    int color = png_get_color_type(png, info), depth = png_get_bit_depth(png, info);
    const char *found = NULL;
    if (color == PNG_COLOR_TYPE_PALETTE)
        found = "has a palette";
    else if (color & PNG_COLOR_MASK_ALPHA || png_get_valid(png, info, PNG_INFO_tRNS))
        found = "has transparency";
    else if (depth == 16)
        found = "has 16 bits per channel";
    else if (depth != 8)
        found = "has fewer than 8 bits per channel";
    if (found)
        return error_input(r->error, "%s: %s; only 8-bit grey and RGB pictures are supported",
                           r->path, found);
    if (width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE)
        return error_input(r->error, "%s: is %u x %u pixels; the limit is %d per side", r->path,
                           (unsigned)width, (unsigned)height, PICTURE_MAX_SIDE);
    if ((size_t)height * png_get_rowbytes(png, info) / PICTURE_MAX_COMPRESSION > r->size)
        return error_input(r->error, "%s: is damaged: it is too small for %u x %u pixels", r->path,
                           (unsigned)width, (unsigned)height);
    return 0;
}

static int decode(struct coder *r, png_structp png, png_infop info, struct picture *p) {
    if (setjmp(r->failed))
        return -1;
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff); /* check_header sets ours, with messages */
    png_set_chunk_malloc_max(png, 8000000);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT); /* even in unused chunks */
    png_set_read_fn(png, r, on_read);
    png_read_info(png, info);
    if (check_header(r, png, info) != 0)
        return -1;
    p->width = (int)png_get_image_width(png, info);
    p->height = (int)png_get_image_height(png, info);
    p->channels = png_get_channels(png, info);
    p->pixels = malloc(picture_size(p));
    r->rows = malloc((size_t)p->height * sizeof *r->rows);
    if (!p->pixels || !r->rows)
        return error_memory(r->error, r->path);
    for (int y = 0; y < p->height; y++)
        r->rows[y] = p->pixels + (size_t)y * (size_t)p->width * (size_t)p->channels;
    png_read_image(png, r->rows);
    png_read_end(png, NULL);
    if (r->used != r->size)
        return error_input(r->error, "%s: has %zu extra bytes after the end of the picture",
                           r->path, r->size - r->used);
    return 0;
}

int picture_read(struct picture *p, const char *path, struct error *e) {
    *p = (struct picture){0};
    struct coder r = {.path = path, .error = e};
    char *file = file_read(path, MAX_FILE, &r.size, e);
    if (!file)
        return -1;
    r.data = (const uint8_t *)file;

    int result = -1;
    if (r.size < 8 || png_sig_cmp(r.data, 0, 8) != 0) {
        error_input(e, r.size == 0 ? "%s: is empty" : "%s: is not a PNG file", path);
    } else if (check_chunks(&r) == 0) {
        png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
        png_infop info = png ? png_create_info_struct(png) : NULL;
        result = info ? decode(&r, png, info, p) : error_memory(e, path);
        png_destroy_read_struct(&png, &info, NULL);
    }
    free(r.rows);
    free(file);
    if (result != 0)
        picture_free(p);
    return result;
}

static void on_write(png_structp png, png_bytep data, size_t size) {
    text_add(png_get_io_ptr(png), data, size);
}

static int encode(const struct picture *p, png_structp png, png_infop info, struct coder *r,
                  struct text *out) {
    if (setjmp(r->failed))
        return -1;
    png_set_write_fn(png, out, on_write, NULL);
    png_set_compression_level(png, 9);
    png_set_filter(png, 0, PNG_FILTER_NONE); /* measured: the smallest for tiles on black */
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 p->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int y = 0; y < p->height; y++)
        png_write_row(png, p->pixels + (size_t)y * (size_t)p->width * (size_t)p->channels);
    png_write_end(png, info);
    return 0;
}

int picture_encode(const struct picture *p, const char *what, struct text *out, struct error *e) {
    struct coder r = {.path = what, .error = e};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &r, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int result = info ? encode(p, png, info, &r, out) : -1;
    png_destroy_write_struct(&png, &info);
    return result != 0 || out->failed ? error_memory(e, what) : 0;
}

int picture_write(const struct picture *p, const char *path, struct error *e) {
    struct text out = {0};
    int result = picture_encode(p, path, &out, e);
    if (result == 0)
        result = file_write(path, out.data, out.size, e);
    text_free(&out);
    return result;
}

void picture_free(struct picture *p) {
    free(p->pixels);
    *p = (struct picture){0};
}

size_t picture_size(const struct picture *p) {
    return (size_t)p->width * (size_t)p->height * (size_t)p->channels;
}
