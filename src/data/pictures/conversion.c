#include "data/pictures/conversion.h"
#include "picture/preprocess.h"

#include <stdatomic.h>
#include <stdlib.h>
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

int conversion_apply(const struct conversion *c, struct picture *p, struct error *e) {
    if (c->transpose && picture_orient(p, TRANSPOSED, e) != 0)
        return -1;
    int height = c->height ? c->height : p->height, width = c->width ? c->width : p->width;
    return preprocess_resize(p, width, height, c->channels ? c->channels : p->channels, e);
}

int conversion_note_transpose(const struct conversion *c, struct dataset *d, struct error *e) {
    return c->transpose ? dataset_note(d, e, "rows and columns of each picture swapped") : 0;
}

int conversion_shape(const struct conversion *c, struct dataset *d, int height, int width,
                     int channels, const char *path, struct error *e) {
    d->height = c->height ? c->height : c->transpose ? width : height;
    d->width = c->width ? c->width : c->transpose ? height : width;
    d->channels = c->channels ? c->channels : channels;
    if (dataset_check_shape(&d->columns, d->height, d->width, d->channels, path, e) != 0)
        return -1;
    if (conversion_note_transpose(c, d, e) != 0)
        return -1;
    int to_height = c->transpose ? d->width : d->height,
        to_width = c->transpose ? d->height : d->width;
    if ((height != to_height || width != to_width) &&
        dataset_note(d, e, "scaled from %d x %d", width, height) != 0)
        return -1;
    if (channels == d->channels)
        return 0;
    return dataset_note(d, e, channels == 1 ? "grey repeated in three channels" : "made grey");
}

struct tiles {
    const struct conversion *c;
    const struct dataset *d;
    const struct picture *sheet;
    int height, width, count;
    uint8_t *out; /* of the first sample */
    atomic_bool failed;
};

enum { CHUNK = 64 }; /* tiles of a task */

static void convert(struct tiles *t, int i) {
    int columns = t->sheet->width / t->width, rows = i / columns * t->height;
    struct picture p = {.width = t->width, .height = t->height, .channels = t->sheet->channels};
    size_t line = (size_t)p.width * (size_t)p.channels, pitch = line * (size_t)columns;
    size_t sample = (size_t)dataset_features(t->d);
    const uint8_t *in = t->sheet->pixels + (size_t)rows * pitch + (size_t)(i % columns) * line;
    struct error ignored = {0};
    p.pixels = malloc(picture_size(&p));
    for (int y = 0; y < p.height && p.pixels; y++)
        memcpy(p.pixels + (size_t)y * line, in + (size_t)y * pitch, line);
    if (!p.pixels || conversion_apply(t->c, &p, &ignored) != 0)
        atomic_store(&t->failed, true);
    else
        memcpy(t->out + (size_t)i * sample, p.pixels, sample);
    picture_free(&p);
}

static void convert_chunk(void *context, int task) {
    struct tiles *t = context;
    for (int i = task * CHUNK; i < t->count && i < (task + 1) * CHUNK; i++)
        convert(t, i);
}

int conversion_tiles(const struct conversion *c, struct dataset *d, int k, int first, int count,
                     const struct picture *sheet, int height, int width, struct thread_pool *pool,
                     struct error *e) {
    size_t sample = (size_t)dataset_features(d);
    struct tiles t = {.c = c, .d = d, .sheet = sheet, .height = height, .width = width};
    t.count = count;
    t.out = d->split[k].pixels + (size_t)first * sample;
    thread_pool_run(pool, (count + CHUNK - 1) / CHUNK, convert_chunk, &t);
    return atomic_load(&t.failed) ? error_memory(e, "the pictures") : 0;
}
