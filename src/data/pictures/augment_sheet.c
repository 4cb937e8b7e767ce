#include "data/dataset.h"
#include "picture/picture.h"

struct picture augment_sheet(const struct dataset *d, struct augment *a, const int *samples,
                             int count, int epochs) {
    enum { GAP = 2 };
    size_t row = (size_t)d->width * (size_t)d->channels;
    struct augment_scratch *s = augment_begin(a);
    struct picture p = picture_alloc(count * (d->width + GAP) - GAP,
                                     (epochs + 1) * (d->height + GAP) - GAP, d->channels);
    for (int i = 0; p.pixels && i < count * (epochs + 1); i++) {
        int sample = samples[i % count], top = i / count * (d->height + GAP);
        const uint8_t *from = d->split[TRAIN].pixels + (size_t)sample * row * (size_t)d->height;
        a->epoch = i / count;
        if (a->epoch > 0)
            from = augment_image(a, s, sample, from);
        for (int y = 0; y < d->height; y++)
            memcpy(picture_pixel(&p, i % count * (d->width + GAP), top + y), from + (size_t)y * row,
                   row);
    }
    augment_end(s);
    return p;
}
