#include "data/pictures/conversion.h"

enum { TRANSPOSED = 5 }; /* picture_orient */

struct conversion conversion_of(struct dataset *d, const struct data_options *from) {
    struct conversion c = {.d = d, .channels = from->channels, .transpose = from->transpose};
    if (from->size.count > 0) {
        c.height = (int)from->size.items[0];
        c.width = (int)from->size.items[from->size.count > 1];
    }
    data_options_background(from, c.background);
    if (from->expected && (c.height > 0 || c.channels > 0)) {
        c.height = from->expected->height;
        c.width = from->expected->width;
        c.channels = from->expected->channels;
    }
    return c;
}

int conversion_shape(struct conversion *c, int height, int width, int channels, const char *path,
                     struct error *e) {
    struct dataset *d = c->d;
    snprintf(c->from, sizeof c->from, "%d x %d", width, height);
    d->height = c->height ? c->height : c->transpose ? width : height;
    d->width = c->width ? c->width : c->transpose ? height : width;
    d->channels = c->channels ? c->channels : channels;
    return dataset_check_shape(d, path, e);
}

static int convert(const struct conversion *c, struct picture *p, struct error *e) {
    if (c->transpose && picture_orient(p, TRANSPOSED, e) != 0)
        return -1;
    p->changes |= c->transpose ? PICTURE_TRANSPOSED : 0;
    return preprocess_resize(p, c->width ? c->width : p->width, c->height ? c->height : p->height,
                             c->channels ? c->channels : p->channels, e);
}

int conversion_store(struct conversion *c, struct picture *p, int split, int sample,
                     struct error *e) {
    const struct dataset *d = c->d;
    int result = convert(c, p, e);
    size_t size = picture_size(p);
    if (result == 0 && p->height == d->height && p->width == d->width && p->channels == d->channels)
        memcpy(d->split[split].pixels + (size_t)sample * size, p->pixels, size);
    for (int k = 0; k < PICTURE_CHANGES; k++)
        if (p->changes & 1u << k)
            __atomic_fetch_add(&c->counts[k], 1, __ATOMIC_RELAXED);
    picture_free(p);
    return result;
}

/* The images of a folder in one line: their formats, their sizes, and what they became. */
static void note_folder(const struct conversion *c, int jpegs, bool scaled, struct error *e) {
    int pngs = c->files - jpegs;
    dataset_note(c->d, e, "%s image%s: %s%s%s%s%s%s%s%s%d x %d in %s", text_count(c->files),
                 c->files == 1 ? "" : "s", jpegs > 0 ? text_count(jpegs) : "",
                 jpegs > 0 ? " JPEG" : "", jpegs > 0 && pngs > 0 ? " and " : "",
                 pngs > 0 ? text_count(pngs) : "", pngs > 0 ? " PNG" : "", scaled ? ", " : "",
                 scaled ? c->from : "", scaled ? ", scaled to " : ", ", c->d->width, c->d->height,
                 c->d->channels == 1 ? "grey" : "colour");
}

void conversion_note(const struct conversion *c, struct error *e) {
    const uint8_t *b = c->background;
    int jpegs = c->counts[__builtin_ctz(PICTURE_JPEG)];
    bool grey = b[0] == b[1] && b[1] == b[2];
    bool scaled = c->counts[__builtin_ctz(PICTURE_SCALED)] > 0;
    char drawn[64], resized[128];
    snprintf(resized, sizeof resized, "scaled from %s to %d x %d", c->from, c->d->width,
             c->d->height);
    snprintf(drawn, sizeof drawn,
             grey && b[0] == 0     ? "with transparency, drawn on black"
             : grey && b[0] == 255 ? "with transparency, drawn on white"
                                   : "with transparency, drawn on [%d,%d,%d]",
             b[0], b[1], b[2]);
    const char *const notes[PICTURE_CHANGES] = {
        /* in the order of the bits */
        NULL, /* JPEG: note_folder */
        "with a palette, replaced by its colours",
        "with fewer than 8 bits per pixel, widened to 8",
        "with 16 bits per channel, rounded to 8",
        drawn,
        "turned upright, as their EXIF data says",
        "with rows and columns swapped",
        c->files > 0 ? NULL : resized,
        "in colour, made grey",
        "in grey, repeated in three channels",
        "of other proportions, with bars in the mean colour of their border",
    };
    if (c->files > 0 && (jpegs > 0 || scaled))
        note_folder(c, jpegs, scaled, e);
    for (int i = 0; i < PICTURE_CHANGES; i++)
        if (c->counts[i] > 0 && notes[i])
            dataset_note(c->d, e, "%s image%s %s", text_count(c->counts[i]),
                         c->counts[i] == 1 ? "" : "s", notes[i]);
}
