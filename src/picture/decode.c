#include "picture/decode.h"

#include <string.h>

int decode_damaged(const struct encoded *from, const char *why, struct error *e) {
    return error_input(e, "%s: is damaged: %s; replace it or remove it", from->name, why);
}

int decode_set_size(struct picture *p, unsigned width, unsigned height, size_t least,
                    const struct encoded *from, struct error *e) {
    if (width > PICTURE_MAX_SIDE || height > PICTURE_MAX_SIDE)
        return error_input(e, "%s: is %u x %u pixels; the limit is %d per side: scale it down",
                           from->name, width, height, PICTURE_MAX_SIDE);
    if (least > from->size)
        return error_input(
            e, "%s: is damaged: it is too small for %u x %u pixels; replace it or remove it",
            from->name, width, height);
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
