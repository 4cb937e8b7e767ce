#include "picture/picture.h"
#include "base/file.h"
#include "picture/decode.h"

#include <unistd.h>

#define MAX_FILE ((size_t)1 << 30)

int picture_read_memory(struct picture *p, const void *bytes, size_t size, const char *name,
                        const uint8_t background[3], struct error *e) {
    const struct encoded from = {name, bytes, size};
    int format = decode_format(&from), orientation = 0;
    *p = (struct picture){0};
    int result = format == DECODE_PNG    ? decode_png(p, &from, background, &orientation, e)
                 : format == DECODE_JPEG ? decode_jpeg(p, &from, &orientation, e)
                                         : decode_foreign(&from, e);
    if (result == 0 && orientation > 1) {
        p->changes |= PICTURE_TURNED;
        result = picture_orient(p, orientation, e);
    }
    if (result != 0)
        picture_free(p);
    return result;
}

int picture_read(struct picture *p, const char *path, const uint8_t background[3],
                 struct error *e) {
    size_t size;
    *p = (struct picture){0};
    SCOPED_MEMORY char *file = file_read(path, MAX_FILE, &size, e);
    return file ? picture_read_memory(p, file, size, path, background, e) : -1;
}

bool picture_named(const char *path) {
    return file_has_suffix(path, ".png") || file_has_suffix(path, ".jpg") ||
           file_has_suffix(path, ".jpeg");
}

bool picture_recognise(const char *path) {
    struct error ignored = {0};
    uint8_t first[16];
    size_t size;
    int fd = file_open(path, &size, &ignored);
    ssize_t n = fd >= 0 ? read(fd, first, sizeof first) : -1;
    if (fd >= 0)
        close(fd);
    return n >= 0 && decode_format(&(struct encoded){path, first, (size_t)n}) >= 0;
}

int picture_write(const struct picture *p, const char *path, struct error *e) {
    struct text out = {0};
    return file_write_text(path, &out, picture_encode(p, path, &out, e), e);
}

/* Sets pixel (x, y) of `to` to the one at from + x * step_x + y * step_y, in bytes. */
static void gather(struct picture *to, const uint8_t *from, ptrdiff_t step_x, ptrdiff_t step_y) {
    enum { TILE = 32 }; /* keeps the source's lines in the cache while it is read by columns */
    for (int top = 0; top < to->height; top += TILE)
        for (int left = 0; left < to->width; left += TILE)
            for (int y = top; y < top + TILE && y < to->height; y++)
                for (int x = left; x < left + TILE && x < to->width; x++)
                    memcpy(picture_pixel(to, x, y), from + x * step_x + y * step_y,
                           (size_t)to->channels);
}

int picture_orient(struct picture *p, int orientation, struct error *e) {
    static const bool mirrors[] = {0, 0, 1, 1, 0, 0, 0, 1, 1}; /* left and right of the source */
    static const bool flips[] = {0, 0, 0, 1, 1, 0, 1, 1, 0};   /* top and bottom */
    bool swap = orientation >= 5;                              /* rows and columns */
    struct picture out =
        picture_alloc(swap ? p->height : p->width, swap ? p->width : p->height, p->channels);
    out.changes = p->changes;
    if (!out.pixels)
        return error_memory(e, "the rotated image");
    bool mirror = mirrors[orientation], flip = flips[orientation];
    const uint8_t *from = picture_pixel(p, mirror ? p->width - 1 : 0, flip ? p->height - 1 : 0);
    ptrdiff_t across = mirror ? -p->channels : p->channels;
    ptrdiff_t down = (ptrdiff_t)(flip ? -p->width : p->width) * p->channels;
    gather(&out, from, swap ? down : across, swap ? across : down);
    free(p->pixels);
    *p = out;
    return 0;
}

struct picture picture_alloc(int width, int height, int channels) {
    struct picture p = {.width = width, .height = height, .channels = channels};
    p.pixels = calloc(picture_size(&p), 1);
    return p;
}

void picture_free(struct picture *p) {
    free(p->pixels);
    *p = (struct picture){0};
}
