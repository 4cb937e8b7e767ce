#include "picture/preprocess.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One axis of the scaling. n / d source pixels become one new pixel. If a source pixel is 2d units
 * long, a new one has 2n, and all edges are integers, also those of a picture that is centred. So
 * every mean is exact and rounded once, whatever the compiler and the CPU. Sides of at most
 * PICTURE_MAX_SIDE = 2^14 keep the sum of 255 over an area of (2n)^2 below 2^38. */
struct axis {
    int64_t unit, step, origin; /* a source pixel, a new pixel, where new pixel 0 begins */
    int64_t length;             /* the source's */
};

/* What new pixel i covers of the source: an interval in units, and the source pixels in it. */
struct span {
    int64_t from, to, length; /* length <= 0: it is outside */
    int first, last;
};

static struct axis make_axis(int side, int new_side, int64_t n, int64_t d) {
    return (struct axis){2 * d, 2 * n, side * d - new_side * n, side * 2 * d};
}

static struct span cover(const struct axis *a, int i) {
    int64_t from = a->origin + i * a->step, to = from + a->step;
    from = from > 0 ? from : 0;
    to = to < a->length ? to : a->length;
    return (struct span){from, to, to - from, (int)(from / a->unit), (int)((to - 1) / a->unit)};
}

/* How much of source pixel i is in the span. */
static int64_t overlap(const struct axis *a, const struct span *s, int i) {
    int64_t from = i * a->unit, to = from + a->unit;
    return (to < s->to ? to : s->to) - (from > s->from ? from : s->from);
}

/* Adds `weight` times the sums over each new pixel's span of a row. */
static void add_row(const uint8_t *row, int channels, int64_t unit, const struct span *spans,
                    int width, int64_t weight, int64_t *sums) {
    for (int x = 0; x < width; x++, sums += channels) {
        const struct span s = spans[x];
        if (s.length <= 0)
            continue;
        const uint8_t *first = row + (size_t)s.first * (size_t)channels,
                      *last = row + (size_t)s.last * (size_t)channels;
        for (int c = 0; c < channels; c++) {
            int whole = 0;
            for (const uint8_t *v = first; v <= last; v += channels)
                whole += v[c];
            sums[c] += weight * (whole * unit - first[c] * (s.from - s.first * unit) -
                                 last[c] * ((s.last + 1) * unit - s.to));
        }
    }
}

/* The mean colour of the border's pixels. */
static void border_mean(const struct picture *p, int64_t mean[3]) {
    int64_t n = 0, sum[3] = {0};
    for (int y = 0; y < p->height; y++) {
        int step = y == 0 || y == p->height - 1 || p->width == 1 ? 1 : p->width - 1;
        const uint8_t *row = p->pixels + (size_t)y * (size_t)p->width * (size_t)p->channels;
        for (int x = 0; x < p->width; x += step, n++)
            for (int c = 0; c < p->channels; c++)
                sum[c] += row[(size_t)x * (size_t)p->channels + (size_t)c];
    }
    for (int c = 0; c < 3; c++)
        mean[c] = (2 * sum[c] + n) / (2 * n);
}

static void scale(const struct picture *p, struct picture *out, int64_t *sums,
                  struct span *columns) {
    bool wide = (int64_t)p->width * out->height > (int64_t)p->height * out->width;
    int n = wide ? p->width : p->height, d = wide ? out->width : out->height;
    struct axis across = make_axis(p->width, out->width, n, d);
    struct axis down = make_axis(p->height, out->height, n, d);
    size_t line = (size_t)p->width * (size_t)p->channels;
    uint8_t *to = out->pixels;
    int64_t background[3];
    border_mean(p, background);
    for (int x = 0; x < out->width; x++)
        columns[x] = cover(&across, x);
    for (int y = 0; y < out->height; y++) {
        struct span rows = cover(&down, y);
        memset(sums, 0, (size_t)out->width * (size_t)p->channels * sizeof *sums);
        for (int i = rows.first; rows.length > 0 && i <= rows.last; i++)
            add_row(p->pixels + (size_t)i * line, p->channels, across.unit, columns, out->width,
                    overlap(&down, &rows, i), sums);
        for (int x = 0; x < out->width; x++) {
            int64_t area = columns[x].length * rows.length;
            bool inside = columns[x].length > 0 && rows.length > 0;
            for (int c = 0; c < out->channels; c++) {
                int k = p->channels == 1 ? 0 : c; /* grey is repeated in each channel */
                int64_t sum = sums[x * p->channels + k];
                *to++ = (uint8_t)(inside ? (2 * sum + area) / (2 * area) : background[k]);
            }
        }
    }
}

static void turn_grey(struct picture *p) {
    size_t pixels = (size_t)p->width * (size_t)p->height;
    for (size_t i = 0; i < pixels; i++)
        p->pixels[i] = picture_grey(p->pixels + 3 * i);
    p->channels = 1;
}

int preprocess_resize(struct picture *p, int width, int height, int channels, struct error *e) {
    if (p->width == width && p->height == height && p->channels == channels)
        return 0;
    struct picture out = *p;
    out.width = width;
    out.height = height;
    out.channels = channels;
    if (p->width != width || p->height != height)
        out.changes |= PICTURE_SCALED;
    if (p->channels != channels)
        out.changes |= channels == 1 ? PICTURE_MADE_GREY : PICTURE_MADE_RGB;
    out.pixels = malloc(picture_size(&out));
    int64_t *sums = malloc((size_t)width * 3 * sizeof *sums);
    struct span *columns = malloc((size_t)width * sizeof *columns);
    bool enough = out.pixels && sums && columns;
    if (enough) {
        if (channels < p->channels)
            turn_grey(p);
        scale(p, &out, sums, columns);
        free(p->pixels);
        *p = out;
    } else {
        free(out.pixels);
    }
    free(sums);
    free(columns);
    return enough ? 0 : error_memory(e, "the fitted picture");
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
