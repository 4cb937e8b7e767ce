#include "picture/picture.h"

#include <png.h>
#include <setjmp.h>

/* libpng reports errors by longjmp: everything that must survive it is in here. */
struct writer {
    const char *what;
    struct error *error;
    jmp_buf failed;
};

static void on_error(png_structp png, png_const_charp message) {
    struct writer *w = png_get_error_ptr(png);
    error_run(w->error, "%s: cannot be written: %s", w->what, message);
    longjmp(w->failed, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png, (void)message;
}

static void on_write(png_structp png, png_bytep data, size_t size) {
    text_add(png_get_io_ptr(png), data, size);
}

static int encode(const struct picture *p, png_structp png, png_infop info, struct writer *w,
                  struct text *out) {
    if (setjmp(w->failed))
        return -1;
    png_set_write_fn(png, out, on_write, NULL);
    png_set_compression_level(png, 9);
    png_set_filter(png, 0, PNG_FILTER_NONE); /* measured: the smallest for tiles on black */
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 p->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int y = 0; y < p->height; y++)
        png_write_row(png, picture_pixel(p, 0, y));
    png_write_end(png, info);
    return 0;
}

int picture_encode(const struct picture *p, const char *what, struct text *out, struct error *e) {
    struct writer w = {.what = what, .error = e};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int result = info ? encode(p, png, info, &w, out) : -1;
    png_destroy_write_struct(&png, &info);
    return result != 0 || out->failed ? error_memory(e, what) : 0;
}
