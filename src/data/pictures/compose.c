#include "base/rng.h"
#include "data/pictures/image_sheet.h"

enum { QUARTERS = 4 };

/* Draws a sample at half its size into a quarter of the image: each pixel is the mean of four,
 * rounded half up. */
static void put(const struct dataset *d, const uint8_t *sample, int quarter, uint8_t *image) {
    size_t channels = (size_t)d->channels, line = (size_t)d->width * channels; /* in bytes */
    size_t height = (size_t)d->height / 2, width = (size_t)d->width / 2;
    uint8_t *corner =
        image + (size_t)(quarter / 2) * height * line + (size_t)(quarter % 2) * width * channels;
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            for (size_t c = 0; c < channels; c++) {
                const uint8_t *in = sample + 2 * y * line + 2 * x * channels + c;
                int sum = in[0] + in[channels] + in[line] + in[line + channels];
                corner[y * line + x * channels + c] = (uint8_t)((sum + 2) / 4);
            }
}

/* Draws 0 to 4 images: all counts are equally likely, and so are all samples. */
static void compose(const struct dataset *source, int split, uint64_t seed, struct dataset *d) {
    const struct split *from = &source->split[split];
    struct split *s = &d->split[split];
    size_t features = (size_t)dataset_features(d), classes = (size_t)d->classes.count;
    struct rng r = rng_stream(seed, RNG_COMPOSE, (uint32_t)split);
    for (int i = 0; i < s->count; i++) {
        float *y = s->targets + (size_t)i * classes;
        int quarters[QUARTERS] = {0, 1, 2, 3}, shown = (int)rng_below(&r, QUARTERS + 1);
        rng_shuffle(&r, quarters, QUARTERS);
        for (int k = 0; k < shown; k++) {
            size_t sample = rng_below(&r, (uint32_t)from->count);
            put(source, from->pixels + sample * features, quarters[k],
                s->pixels + (size_t)i * features);
            y[from->labels[sample]] = 1;
        }
        s->labels[i] = dataset_label(y, d->classes.count);
    }
}

static int check(const struct dataset *source, const int counts[2], const char *path,
                 struct error *e) {
    if (source->columns.count > 0)
        return error_input(e, "%s: is a table; only images can be composed", path);
    if (dataset_multi_label(source))
        return error_input(e, "%s: is multi-label already; name a single-label dataset", path);
    if (source->height % 2 != 0 || source->width % 2 != 0)
        return error_input(e,
                           "%s: its images are %d x %d; composing needs an even width and height",
                           path, source->width, source->height);
    for (int k = 0; k <= TEST; k++)
        if (counts[k] > 0 && source->split[k].count == 0)
            return error_input(e, "%s: has no %s samples to compose; add some, or ask for none",
                               path, dataset_splits[k]);
    return 0;
}

static int fill(struct dataset *d, const struct dataset *source, const int counts[2], uint64_t seed,
                const char *path, struct error *e) {
    d->height = source->height;
    d->width = source->width;
    d->channels = source->channels;
    if (names_copy(&d->classes, source->classes.items, source->classes.count, path, &d->arena, e))
        return -1;
    for (int k = 0; k <= TEST; k++) {
        d->split[k].multi_label = true;
        if (counts[k] == 0)
            continue;
        if (dataset_reserve(d, k, counts[k], path, e) != 0 ||
            dataset_reserve_targets(d, k, path, e) != 0)
            return -1;
        compose(source, k, seed, d);
    }
    return dataset_complete(d, DATA_AT(path), e);
}

struct dataset *compose_new(const struct dataset *source, const int counts[2], uint64_t seed,
                            const char *path, struct error *e) {
    if (check(source, counts, path, e) != 0)
        return NULL;
    struct dataset *d = calloc(1, sizeof *d);
    if (!d)
        error_memory(e, path);
    else if (fill(d, source, counts, seed, path, e) == 0)
        return d;
    dataset_free(d);
    return NULL;
}
