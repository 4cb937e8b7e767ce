#include "report/ranked.h"
#include "report/sections.h"

#include <math.h>
#include <stdio.h>

enum { MAX = 48, SIDE = 64 };

/* The weights of a unit. */
static struct html_grid grid(const struct page *p, struct tensor w, int unit) {
    return (struct html_grid){p->data->width, p->data->height, p->data->channels, w.cols,
                              w.data + unit};
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

/* The weight that gets the darkest colour: three times the root mean square of these units'
 * weights, so that a few outliers do not wash out the rest. */
static double limit(const struct page *p, struct tensor w, const struct ranked *units, int n) {
    int pixels = p->data->width * p->data->height;
    double squares = 0;
    for (int k = 0; k < n; k++) {
        struct html_grid g = grid(p, w, units[k].index);
        for (int i = 0; i < pixels; i++)
            squares += html_grid_mean(&g, i) * html_grid_mean(&g, i);
    }
    return 3 * sqrt(squares / pixels / n);
}

void weights_write(struct report *r) {
    const struct page *p = r->page;
    const struct layer *l = p->model->layers;
    if (!l->type->affine || p->data->columns.count > 0)
        return;
    struct tensor w = l->params[0].value;
    bool classes = p->model->nlayers == 1;
    struct ranked units[MAX];
    int n = choose(w, classes, units);
    double most = limit(p, w, units, n);
    html_add(&r->text, "weights", "classes=%d part=%s units=%d most=%.2g", classes,
             n < w.cols ? html_count(n).text : "", w.cols, most);
    for (int k = 0; k < n; k++) {
        int j = units[k].index;
        char number[16];
        struct html_grid g = grid(p, w, j);
        snprintf(number, sizeof number, "%d", j);
        text_printf(&r->text, "<figure>");
        html_grid(&r->text, &g, most, false, SIDE, "weights");
        html_add(&r->text, "unit", "name=%s", classes ? p->data->classes.items[j] : number);
    }
    html_part(&r->text, "cards-end");
}
