#include "report/sections.h"

#include <math.h>
#include <stdio.h>

enum { MAX = 48, SIDE = 64 };

void weights_write(struct report *r) {
    const struct dataset *d = r->page->data;
    const struct model *m = r->page->model;
    if (!m->layers->type->affine || d->columns.count > 0)
        return;
    struct tensor w = m->layers->params[0].value;
    struct html_grid g = {d->width, d->height, d->channels, w.cols, w.data};
    bool classes = m->nlayers == 1;
    int n = w.cols < MAX ? w.cols : MAX;
    double squares = 0;
    for (int k = 0; k < n; k++, g.data++)
        for (int i = 0; i < g.width * g.height; i++)
            squares += html_grid_mean(&g, i) * html_grid_mean(&g, i);
    /* The weight of the darkest colour: not the largest, so outliers do not wash out the rest. */
    double most = 3 * sqrt(squares / n / g.width / g.height);
    html_add(&r->text, "weights", "classes=%d shown=%d units=%d most=%.2g", classes, n, w.cols,
             most);
    g.data = w.data;
    for (int k = 0; k < n; k++, g.data++) {
        char number[16];
        snprintf(number, sizeof number, "%d", k);
        text_printf(&r->text, "<figure>");
        html_grid(&r->text, &g, most, false, SIDE, "weights");
        html_add(&r->text, "unit", "name=%s", classes ? d->classes.items[k] : number);
    }
    html_part(&r->text, "cards-end");
}
