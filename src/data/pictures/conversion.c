#include "data/pictures/conversion.h"
#include "picture/preprocess.h"

#include <stdio.h>
#include <string.h>

enum { TRANSPOSED = 5 }; /* picture_orient */

struct conversion conversion_of(const struct data_options *from) {
    struct conversion c = {.channels = from->channels, .transpose = from->transpose};
    bool size = data_options_size(from, &c.height, &c.width);
    data_options_background(from, c.background);
    if (from->expected && (size || from->channels > 0)) {
        c.height = from->expected->height;
        c.width = from->expected->width;
        c.channels = from->expected->channels;
    }
    return c;
}

int conversion_shape(struct conversion *c, struct dataset *d, int height, int width, int channels,
                     const char *path, struct error *e) {
    snprintf(c->from, sizeof c->from, "%d x %d", width, height);
    d->height = c->height ? c->height : c->transpose ? width : height;
    d->width = c->width ? c->width : c->transpose ? height : width;
    d->channels = c->channels ? c->channels : channels;
    return dataset_check_shape(&d->columns, d->height, d->width, d->channels, path, e);
}

int conversion_store(const struct conversion *c, struct picture *p, const struct dataset *d,
                     int split, int sample, struct error *e) {
    if (c->transpose && picture_orient(p, TRANSPOSED, e) != 0)
        return -1;
    p->changes |= c->transpose ? PICTURE_TRANSPOSED : 0;
    if (preprocess_resize(p, c->width ? c->width : p->width, c->height ? c->height : p->height,
                          c->channels ? c->channels : p->channels, e) != 0)
        return -1;
    size_t size = picture_size(p);
    if (p->height == d->height && p->width == d->width && p->channels == d->channels)
        memcpy(d->split[split].pixels + (size_t)sample * size, p->pixels, size);
    return 0;
}

/* ---- notes ---- */

void conversion_count(struct conversion *c, unsigned changes) {
    for (int k = 0; k < PICTURE_CHANGES; k++)
        c->counts[k] += (changes & 1u << k) != 0;
}

/* The number of pictures with this change, PICTURE_... */
static int counted(const struct conversion *c, unsigned change) {
    return c->counts[__builtin_ctz(change)];
}

/* The pictures of a folder in one line: their formats, their sizes, and what they became. */
static int note_folder(const struct conversion *c, struct dataset *d, struct error *e) {
    int jpegs = counted(c, PICTURE_JPEG), pngs = c->files - jpegs;
    bool scaled = counted(c, PICTURE_SCALED) > 0;
    char all[TEXT_GROUP], jpeg[TEXT_GROUP], png[TEXT_GROUP];
    text_group(c->files, all);
    text_group(jpegs, jpeg);
    text_group(pngs, png);
    return dataset_note(
        d, e, "%s picture%s: %s%s%s%s%s%s%s, %s%d x %d in %s", all, c->files == 1 ? "" : "s",
        jpegs > 0 ? jpeg : "", jpegs > 0 ? " JPEG" : "", jpegs > 0 && pngs > 0 ? " and " : "",
        pngs > 0 ? png : "", pngs > 0 ? " PNG" : "", scaled ? ", " : "", scaled ? c->from : "",
        scaled ? "scaled to " : "", d->width, d->height, d->channels == 1 ? "grey" : "colour");
}

int conversion_note(const struct conversion *c, struct dataset *d, struct error *e) {
    const uint8_t *b = c->background;
    bool grey = b[0] == b[1] && b[1] == b[2];
    char drawn[64], scaled[128], number[TEXT_GROUP];
    snprintf(scaled, sizeof scaled, "scaled from %s to %d x %d", c->from, d->width, d->height);
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
        c->files > 0 ? NULL : scaled,
        "in colour, made grey",
        "in grey, repeated in three channels",
        "of other proportions, with bars in the mean colour of their border",
    };
    if (c->files > 0 && counted(c, PICTURE_JPEG) + counted(c, PICTURE_SCALED) > 0 &&
        note_folder(c, d, e) != 0)
        return -1;
    for (int i = 0; i < PICTURE_CHANGES; i++) {
        int count = c->counts[i];
        text_group(count, number);
        if (count > 0 && notes[i] &&
            dataset_note(d, e, "%s picture%s %s", number, count == 1 ? "" : "s", notes[i]) != 0)
            return -1;
    }
    return 0;
}
