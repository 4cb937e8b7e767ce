#include "picture/preprocess.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int value(const struct picture *p, int x, int y, int channel) {
    return p->pixels[((size_t)y * (size_t)p->width + (size_t)x) * (size_t)p->channels +
                     (size_t)channel];
}

/* The source's pixel in one of the result's channels: RGB becomes grey, or grey becomes RGB. */
static double converted(const struct picture *p, int x, int y, int channel, int channels) {
    if (p->channels == channels)
        return value(p, x, y, channel);
    if (p->channels == 1)
        return value(p, x, y, 0);
    return 0.299 * value(p, x, y, 0) + 0.587 * value(p, x, y, 1) + 0.114 * value(p, x, y, 2);
}

static double border_mean(const struct picture *p, int channel, int channels) {
    double sum = 0;
    int n = 0;
    for (int y = 0; y < p->height; y++) {
        int step = y == 0 || y == p->height - 1 || p->width == 1 ? 1 : p->width - 1;
        for (int x = 0; x < p->width; x += step, n++)
            sum += converted(p, x, y, channel, channels);
    }
    return sum / n;
}

/* The mean of a channel over the source's rectangle from (x0, y0) to (x1, y1). A pixel on its edge
 * is weighted by the fraction of it that is inside. */
static double area_mean(const struct picture *p, double x0, double y0, double x1, double y1,
                        int channel, int channels) {
    double sum = 0, area = 0;
    for (int y = (int)y0; y < p->height && y < y1; y++)
        for (int x = (int)x0; x < p->width && x < x1; x++) {
            double a = (fmin(x + 1, x1) - fmax(x, x0)) * (fmin(y + 1, y1) - fmax(y, y0));
            sum += a * converted(p, x, y, channel, channels);
            area += a;
        }
    return area > 0 ? sum / area : 0;
}

int preprocess_resize(struct picture *p, int width, int height, int channels, struct error *e) {
    struct picture out = {.width = width, .height = height, .channels = channels};
    out.pixels = malloc(picture_size(&out));
    if (!out.pixels)
        return error_memory(e, "the fitted picture");
    /* `scale` source pixels become one pixel; the centre is preserved. */
    double scale = fmax((double)p->width / width, (double)p->height / height);
    double left = (p->width - width * scale) / 2, top = (p->height - height * scale) / 2;
    for (int c = 0; c < channels; c++) {
        double background = border_mean(p, c, channels);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                double x0 = left + x * scale, x1 = x0 + scale;
                double y0 = top + y * scale, y1 = y0 + scale;
                bool inside = x1 > 0 && y1 > 0 && x0 < p->width && y0 < p->height;
                double v = inside ? area_mean(p, fmax(x0, 0), fmax(y0, 0), x1, y1, c, channels)
                                  : background;
                out.pixels[((size_t)y * (size_t)width + (size_t)x) * (size_t)channels + (size_t)c] =
                    (uint8_t)(v + 0.5);
            }
    }
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
