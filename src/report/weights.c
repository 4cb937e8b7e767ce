#include "report/sections.h"

#include <math.h>

enum { MAX = 48, SIDE = 64 };

void weights_write(struct report *r, struct json *j) {
    const struct dataset *d = r->page->data;
    const struct model *m = r->page->model;
    if (!m->layers->type->affine || d->columns.count > 0)
        return;
    struct tensor w = m->layers->params[0].value;
    struct html_grid g = {d->width, d->height, d->channels, w.cols, w.data};
    int n = w.cols < MAX ? w.cols : MAX;
    double squares = 0;
    for (int k = 0; k < n; k++, g.data++)
        for (int i = 0; i < g.width * g.height; i++)
            squares += html_grid_mean(&g, i) * html_grid_mean(&g, i);
    /* The weight of the darkest colour: not the largest, so outliers do not wash out the rest. */
    double max = 3 * sqrt(squares / n / g.width / g.height);
    json_add(j, "weights={ units=%d max=%g images=[", w.cols, max);
    g.data = w.data;
    for (int k = 0; k < n; k++, g.data++)
        html_grid(j, NULL, &g, max, SIDE);
    json_add(j, "] }");
}
