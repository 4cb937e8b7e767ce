#include "picture/picture.h"

/* What a new pixel covers of the source, along one axis. n / d source pixels become one new pixel.
 * If a source pixel is 2d units long, a new one has 2n, and all edges are integers, even those of a
 * centred image. So every mean is exact and rounded once, whatever the compiler and the
 * CPU. Sides of at most PICTURE_MAX_SIDE = 2^14 keep the sum of 255 over an area of (2n)^2 below
 * 2^38. */
struct span {
    int first, last;    /* source pixels */
    int64_t head, tail; /* of these, the units before and after the new pixel */
    int64_t length;     /* in units; <= 0: it is outside the source */
};

static void cover(int side, int new_side, int64_t n, int64_t d, struct span *spans) {
    for (int i = 0; i < new_side; i++) {
        int64_t unit = 2 * d, from = side * d - new_side * n + i * 2 * n, to = from + 2 * n;
        from = from > 0 ? from : 0;
        to = to < side * unit ? to : side * unit;
        spans[i] = (struct span){(int)(from / unit), (int)((to - 1) / unit), from % unit,
                                 unit - 1 - (to - 1) % unit, to - from};
    }
}

/* Adds `weight` times the sum over each new pixel's span of a row. */
static void add_row(const uint8_t *row, size_t channels, int64_t unit, const struct span *spans,
                    int width, int64_t weight, int64_t *sums) {
    for (const struct span *s = spans; s < spans + width; s++, sums += channels) {
        if (s->length <= 0)
            continue;
        const uint8_t *first = row + (size_t)s->first * channels,
                      *last = row + (size_t)s->last * channels;
        for (size_t c = 0; c < channels; c++) {
            int whole = 0;
            for (const uint8_t *v = first; v <= last; v += channels)
                whole += v[c];
            sums[c] += weight * (whole * unit - first[c] * s->head - last[c] * s->tail);
        }
    }
}

/* The mean colour of the pixels of the border. */
static void border_mean(const struct picture *p, int64_t mean[3]) {
    int64_t n = 0, sum[3] = {0};
    for (int y = 0; y < p->height; y++) {
        int step = y == 0 || y == p->height - 1 || p->width == 1 ? 1 : p->width - 1;
        for (int x = 0; x < p->width; x += step, n++)
            for (int c = 0; c < p->channels; c++)
                sum[c] += picture_pixel(p, x, y)[c];
    }
    for (int c = 0; c < 3; c++)
        mean[c] = (2 * sum[c] + n) / (2 * n);
}

/* `sums` is scratch memory for a row, `spans` for all rows and columns. */
static void scale(const struct picture *p, struct picture *out, int64_t *sums, struct span *spans) {
    bool wide = (int64_t)p->width * out->height > (int64_t)p->height * out->width;
    int n = wide ? p->width : p->height, d = wide ? out->width : out->height;
    struct span *rows = spans, *columns = spans + out->height;
    size_t channels = (size_t)p->channels, line = (size_t)p->width * channels;
    uint8_t *to = out->pixels;
    int64_t background[3], unit = 2 * (int64_t)d;
    border_mean(p, background);
    cover(p->height, out->height, n, d, rows);
    cover(p->width, out->width, n, d, columns);
    if (rows->length <= 0 || columns->length <= 0)
        out->changes |= PICTURE_BARS;
    for (const struct span *y = rows; y < rows + out->height; y++) {
        memset(sums, 0, (size_t)out->width * channels * sizeof *sums);
        for (int i = y->first; y->length > 0 && i <= y->last; i++)
            add_row(p->pixels + (size_t)i * line, channels, unit, columns, out->width,
                    unit - (i == y->first ? y->head : 0) - (i == y->last ? y->tail : 0), sums);
        for (int x = 0; x < out->width; x++) {
            int64_t area = columns[x].length * y->length;
            bool inside = columns[x].length > 0 && y->length > 0;
            for (int c = 0; c < out->channels; c++) {
                int k = p->channels == 1 ? 0 : c; /* grey is repeated in each channel */
                int64_t sum = sums[x * p->channels + k];
                *to++ = (uint8_t)(inside ? (2 * sum + area) / (2 * area) : background[k]);
            }
        }
    }
}

int preprocess_resize(struct picture *p, int width, int height, int channels, struct error *e) {
    if (p->width == width && p->height == height && p->channels == channels)
        return 0;
    struct picture out = picture_alloc(width, height, channels);
    out.changes = p->changes;
    if (p->width != width || p->height != height)
        out.changes |= PICTURE_SCALED;
    if (p->channels != channels)
        out.changes |= channels == 1 ? PICTURE_MADE_GREY : PICTURE_MADE_RGB;
    SCOPED_MEMORY int64_t *sums = malloc((size_t)width * 3 * sizeof *sums);
    SCOPED_MEMORY struct span *spans = malloc(((size_t)width + (size_t)height) * sizeof *spans);
    if (!out.pixels || !sums || !spans) {
        picture_free(&out);
        return error_memory(e, "the resized image");
    }
    if (channels < p->channels) {
        for (size_t i = 0; i < picture_size(p) / 3; i++)
            p->pixels[i] = picture_grey(p->pixels + 3 * i);
        p->channels = 1;
    }
    scale(p, &out, sums, spans);
    picture_free(p);
    *p = out;
    return 0;
}

void preprocess_invert(struct picture *p) {
    for (size_t i = 0; i < picture_size(p); i++)
        p->pixels[i] = (uint8_t)(255 - p->pixels[i]);
}

double preprocess_mean(const struct picture *p) {
    uint64_t sum = 0;
    for (size_t i = 0; i < picture_size(p); i++)
        sum += p->pixels[i];
    return (double)sum / (double)picture_size(p) / 255;
}
