#include "picture/picture.h"
#include "base/file.h"
#include "picture/decode.h"
#include "picture/foreign.h"

#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)1 << 30)

int picture_read_memory(struct picture *p, const void *bytes, size_t size, const char *name,
                        const uint8_t background[3], struct error *e) {
    const struct encoded from = {name, bytes, size};
    int result;
    *p = (struct picture){0};
    if (size >= 4 && memcmp(bytes, "\x89PNG", 4) == 0)
        result = decode_png(p, &from, background, e);
    else
        result = foreign_refuse(&from, e);
    if (result != 0)
        picture_free(p);
    return result;
}

int picture_read(struct picture *p, const char *path, const uint8_t background[3],
                 struct error *e) {
    size_t size;
    *p = (struct picture){0};
    char *file = file_read(path, MAX_FILE, &size, e);
    if (!file)
        return -1;
    int result = picture_read_memory(p, file, size, path, background, e);
    free(file);
    return result;
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
