#include "picture/picture.h"

#include <png.h>

int picture_encode(const struct picture *p, const char *what, struct text *out, struct error *e) {
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)p->width,
                     .height = (png_uint_32)p->height,
                     .format = p->channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png); /* if it cannot be compressed */
    SCOPED_MEMORY void *bytes = malloc(size);
    if (!bytes)
        return error_memory(e, what);
    if (!png_image_write_to_memory(&png, bytes, &size, 0, p->pixels, 0, NULL))
        return error_run(e, "%s: cannot be written: %s", what, png.message);
    text_add(out, bytes, size);
    return out->failed ? error_memory(e, what) : 0;
}
