#include "report/ranked.h"
#include "report/sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 48, SIDE = 64, BINS = 1000 };

/* The weight of a pixel for a unit: the mean over its channels. */
static double weight(struct tensor w, int channels, int pixel, int unit) {
    double sum = 0;
    for (int c = 0; c < channels; c++)
        sum += (double)tensor_row(w, pixel * channels + c)[unit];
    return sum / channels;
}

/* The units with the largest sums of squares, the largest first, or all in their order where they
 * are classes; returns how many. */
static int choose(struct tensor w, bool classes, struct ranked units[MOST]) {
    int n = 0;
    for (int j = 0; j < w.cols; j++) {
        double size = 0;
        for (int i = 0; i < w.rows && !classes; i++)
            size += (double)tensor_row(w, i)[j] * (double)tensor_row(w, i)[j];
        n = ranked_add(units, n, MOST, (struct ranked){j, size});
    }
    return n;
}

/* The weight that has the darkest colour: 99.5 % of these units' weights are smaller, so that a few
 * large ones do not make all others pale. */
static double limit(const struct page *p, struct tensor w, const struct ranked *units, int n) {
    int pixels = p->data->width * p->data->height, seen[BINS] = {0};
    double most = 0;
    for (int k = 0; k < n; k++)
        for (int i = 0; i < pixels; i++)
            most = fmax(most, fabs(weight(w, p->data->channels, i, units[k].index)));
    for (int k = 0; k < n && most > 0; k++)
        for (int i = 0; i < pixels; i++)
            seen[(int)(fabs(weight(w, p->data->channels, i, units[k].index)) / most *
                       (BINS - 1))]++;
    long long left = (long long)pixels * n * 5 / 1000;
    int bin = BINS - 1;
    for (; bin > 0 && left >= seen[bin]; bin--)
        left -= seen[bin];
    return most * (bin + 1) / BINS;
}

static int unit(const struct page *p, struct tensor w, int j, double most, const char *name,
                struct text *t, struct error *e) {
    struct picture rgb = {p->data->width, p->data->height, 3, NULL};
    rgb.pixels = malloc(picture_size(&rgb));
    if (!rgb.pixels)
        return error_memory(e, "the report");
    for (int i = 0; i < rgb.width * rgb.height; i++)
        html_colour(most > 0 ? weight(w, p->data->channels, i, j) / most : 0,
                    rgb.pixels + 3 * (size_t)i);
    text_printf(t, "<figure>");
    int result = html_picture(t, &rgb, SIDE, "weights", e);
    html_element(t, "figcaption", name);
    text_printf(t, "</figure>\n");
    picture_free(&rgb);
    return result;
}

static void scale(double most, struct text *t) {
    text_printf(t,
                "<p class=\"scale\"><span>−%.2g</span><i style=\"background:linear-gradient(90deg",
                most);
    for (int i = -2; i <= 2; i++) {
        uint8_t rgb[3];
        html_colour(i / 2.0, rgb);
        text_printf(t, ",rgb(%d %d %d)", rgb[0], rgb[1], rgb[2]);
    }
    text_printf(t, ")\"></i><span>+%.2g</span></p>\n", most);
}

int weights_write(const struct page *p, struct text *t, struct error *e) {
    const struct layer *l = p->model->layers;
    if (!l->type->affine || p->data->columns.count > 0)
        return 0;
    struct tensor w = l->params[0].value;
    bool classes = p->model->nlayers == 1;
    struct ranked units[MOST];
    int n = choose(w, classes, units);
    double most = limit(p, w, units, n);
    text_printf(t, "<section class=\"weights\">\n<h2>What the first layer looks for</h2>\n"
                   "<p class=\"lead\">The weights of ");
    if (classes)
        text_printf(t, n < w.cols ? "the first %d classes" : "each class", n);
    else if (n < w.cols)
        text_printf(t, "the %d of %d units with the largest weights", n, w.cols);
    else
        text_printf(t, "its %d units, largest first", n);
    text_printf(t,
                ", one per pixel: ink on <b class=\"red\">red</b> speaks for the %s, on <b "
                "class=\"right\">blue</b> against it.</p>\n",
                classes ? "class" : "unit");
    scale(most, t);
    text_printf(t, "<div class=\"units\">\n");
    for (int k = 0; k < n; k++) {
        int j = units[k].index;
        char number[16];
        snprintf(number, sizeof number, "%d", j);
        if (unit(p, w, j, most, classes ? p->data->classes.items[j] : number, t, e) != 0)
            return -1;
    }
    text_printf(t, "</div>\n</section>\n");
    return 0;
}
