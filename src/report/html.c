#include "report/html.h"

#include <math.h>
#include <nettle/base64.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void html_head(struct text *t, const char *name, const char *more, const char *css) {
    html_add(t, "head", "name=%s more=%s", name, more);
    text_printf(t, "%s%s", embed_report_report_css, css);
    html_part(t, "body");
}

void html_data(struct text *t, const struct picture *p) {
    enum { LINE = 48 }; /* bytes, a multiple of 3: only the last line is padded */
    char digits[BASE64_ENCODE_RAW_LENGTH(LINE)];
    struct text png = {0};
    struct error memory = {0};
    t->failed |= picture_encode(p, "an image", &png, &memory) != 0;
    text_printf(t, "data:image/png;base64,");
    for (size_t i = 0; i < png.size; i += LINE) {
        size_t n = png.size - i < LINE ? png.size - i : LINE;
        base64_encode_raw(digits, n, (const uint8_t *)png.data + i);
        text_add(t, digits, BASE64_ENCODE_RAW_LENGTH(n));
    }
    text_free(&png);
}

void html_picture(struct text *t, const struct picture *p, const char *alt) {
    html_add(t, "image", "alt=%s width=%d height=%d", alt, p->width, p->height);
    html_data(t, p);
    text_printf(t, "\">");
}

/* From blue (-1) through white (0) to red (1). */
static void colour(double x, uint8_t rgb[3]) {
    /* ColorBrewer's RdBu, reversed */
    static const uint8_t stops[][3] = {
        {5, 48, 97}, {67, 147, 195}, {247, 247, 247}, {214, 96, 77}, {103, 0, 31}};
    enum { LAST = sizeof stops / sizeof *stops - 1 };
    double at = (fmin(fmax(x, -1), 1) + 1) / 2 * LAST;
    int i = at < LAST ? (int)at : LAST - 1;
    for (int c = 0; c < 3; c++)
        rgb[c] = (uint8_t)(stops[i][c] + (at - i) * (stops[i + 1][c] - stops[i][c]) + 0.5);
}

double html_grid_mean(const struct html_grid *g, int i) {
    double sum = 0;
    for (int c = 0; c < g->channels; c++)
        sum += (double)g->data[((size_t)i * (size_t)g->channels + (size_t)c) * (size_t)g->stride];
    return sum / g->channels;
}

void html_grid(struct text *t, const struct html_grid *g, double max, bool grey, int side,
               const char *alt) {
    struct picture rgb = {.width = g->width, .height = g->height, .channels = 3};
    struct error memory = {0};
    double longer = fmax(side, fmax(g->width, g->height));
    rgb.pixels = malloc(picture_size(&rgb));
    t->failed |= !rgb.pixels;
    for (int i = 0; i < g->width * g->height && !t->failed; i++) {
        double x = max > 0 ? html_grid_mean(g, i) / max : 0;
        if (grey && x >= 0)
            memset(rgb.pixels + 3 * (size_t)i, (int)(x * 255), 3);
        else
            colour(x, rgb.pixels + 3 * (size_t)i);
    }
    if (!t->failed &&
        preprocess_resize(&rgb, (int)fmax(1, g->width * (double)side / longer),
                          (int)fmax(1, g->height * (double)side / longer), 3, &memory) == 0)
        html_picture(t, &rgb, alt);
    t->failed |= memory.status != ERROR_NONE;
    picture_free(&rgb);
}
