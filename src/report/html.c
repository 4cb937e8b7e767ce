#include "report/html.h"
#include "picture/preprocess.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void html_head(struct text *t, const char *name, const char *more, const char *css) {
    html_add(t, "head", "name=%s more=%s", name, more);
    text_printf(t, "%s%s", embed_report_report_css, css);
    html_part(t, "body");
}

struct html_number html_count(long long n) {
    struct html_number number;
    text_group(n, number.text);
    return number;
}

struct html_number html_percent(double fraction) {
    struct html_number number;
    if (isnan(fraction))
        strcpy(number.text, "–");
    else if (fraction > 0 && fraction < 0.00005)
        strcpy(number.text, "< 0.01 %");
    else if (fraction < 1 && fraction > 0.99995)
        strcpy(number.text, "> 99.99 %");
    else
        snprintf(number.text, sizeof number.text, "%.2f %%", 100 * fraction);
    return number;
}

/* RFC 4648: 3 bytes as 4 characters of 6 bits, padded with "=". */
static void base64(struct text *t, const uint8_t *bytes, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t n = size - i < 3 ? size - i : 3;
        unsigned bits = (unsigned)bytes[i] << 16;
        bits |= n > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        bits |= n > 2 ? bytes[i + 2] : 0;
        char out[4];
        for (size_t k = 0; k < 4; k++)
            out[k] = k <= n ? digits[bits >> (18 - 6 * k) & 63] : '=';
        text_add(t, out, 4);
    }
}

int html_data(struct text *t, const struct picture *p, struct error *e) {
    struct text png = {0};
    int result = picture_encode(p, "report.html", &png, e);
    if (result == 0) {
        text_printf(t, "data:image/png;base64,");
        base64(t, (const uint8_t *)png.data, png.size);
    }
    text_free(&png);
    return result;
}

int html_picture(struct text *t, const struct picture *p, int side, const char *alt,
                 struct error *e) {
    struct picture copy = *p;
    int longer = p->width > p->height ? p->width : p->height;
    copy.pixels = malloc(picture_size(p));
    if (!copy.pixels)
        return error_memory(e, "a picture");
    memcpy(copy.pixels, p->pixels, picture_size(p));
    int result = 0;
    if (longer > side) {
        int width = (int)((long long)p->width * side / longer);
        int height = (int)((long long)p->height * side / longer);
        result = preprocess_resize(&copy, width > 0 ? width : 1, height > 0 ? height : 1,
                                   p->channels, e);
    }
    html_add(t, "image", "alt=%s width=%d height=%d", alt, copy.width, copy.height);
    if (result == 0)
        result = html_data(t, &copy, e);
    text_printf(t, "\">");
    picture_free(&copy);
    return result;
}

/* A colour from blue (-1) over white (0) to red (1). */
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

int html_grid(struct text *t, const struct html_grid *g, double max, bool grey, int side,
              const char *alt, struct error *e) {
    struct picture rgb = {.width = g->width, .height = g->height, .channels = 3};
    rgb.pixels = malloc(picture_size(&rgb));
    if (!rgb.pixels)
        return error_memory(e, "a picture");
    for (int i = 0; i < g->width * g->height; i++) {
        double x = max > 0 ? html_grid_mean(g, i) / max : 0;
        if (grey && x >= 0)
            memset(rgb.pixels + 3 * (size_t)i, (int)(x * 255), 3);
        else
            colour(x, rgb.pixels + 3 * (size_t)i);
    }
    int result = html_picture(t, &rgb, side, alt, e);
    picture_free(&rgb);
    return result;
}
