#include "report/ranked.h"
#include "report/sections.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX = 48, SIDE = 64, BINS = 1000 };

/* The weight of a pixel for a unit: the mean over its channels. */
static double weight(struct tensor w, int channels, int pixel, int unit) {
    double sum = 0;
    for (int c = 0; c < channels; c++)
        sum += (double)tensor_row(w, pixel * channels + c)[unit];
    return sum / channels;
}

/* Chooses the units with the largest sums of squares, in descending order, or all units in their
 * order if they are classes; returns how many. */
static int choose(struct tensor w, bool classes, struct ranked units[MAX]) {
    int n = 0;
    for (int j = 0; j < w.cols; j++) {
        double size = 0;
        for (int i = 0; i < w.rows && !classes; i++)
            size += (double)tensor_row(w, i)[j] * (double)tensor_row(w, i)[j];
        n = ranked_add(units, n, MAX, (struct ranked){j, size});
    }
    return n;
}

/* The weight that gets the darkest colour: 99.5 % of these units' weights are smaller, so that a
 * few large ones do not make all others pale. */
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
    html_add(t, "unit", "name=%s", name);
    picture_free(&rgb);
    return result;
}

int weights_write(const struct page *p, struct text *t, struct error *e) {
    const struct layer *l = p->model->layers;
    if (!l->type->affine || p->data->columns.count > 0)
        return 0;
    struct tensor w = l->params[0].value;
    bool classes = p->model->nlayers == 1;
    struct ranked units[MAX];
    int n = choose(w, classes, units);
    double most = limit(p, w, units, n);
    html_add(t, "weights", "classes=%d part=%s units=%d most=%.2g", classes,
             n < w.cols ? html_count(n).text : "", w.cols, most);
    for (int k = 0; k < n; k++) {
        int j = units[k].index;
        char number[16];
        snprintf(number, sizeof number, "%d", j);
        if (unit(p, w, j, most, classes ? p->data->classes.items[j] : number, t, e) != 0)
            return -1;
    }
    html_part(t, "cards-end");
    return 0;
}
