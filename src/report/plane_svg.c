#include "report/html.h"
#include "report/plane.h"
#include "ui/plot.h"

#include <math.h>

/* In SVG units, as in the template: the box of the cells. The legend is to its right. */
enum { LEFT = 46, RIGHT = 350, TOP = 26, BOTTOM = 330 };
enum { MAX_POINTS = 1500, MAX_NAMES = 15, KINDS = 10 };

/* The marks of the classes, in rotation, which look the same size: a disk, a square, a triangle and
 * a diamond, each as a path from its centre. */
static const char *const marks[4] = {"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
                                     "m-2.7-2.7h5.4v5.4h-5.4z", "m0-3.6l3.6 6.3h-7.2z",
                                     "m0-3.6l3.6 3.6l-3.6 3.6l-3.6-3.6z"};

/* Where the value x of column c is on its axis. */
static double at(const struct plane *p, int c, double x) {
    double fraction = (x - p->low[c]) / (p->high[c] - p->low[c]);
    return c == 0 ? LEFT + (RIGHT - LEFT) * fraction : BOTTOM - (BOTTOM - TOP) * fraction;
}

void plane_svg_open(const struct plane *p, const char *describe, struct text *t) {
    const char *const *columns = p->data->columns.items;
    html_add(t, "plane", "description=%s x=%s y=%s", describe, columns[0], columns[1]);
    for (int c = 0; c < 2; c++) {
        double range = p->high[c] - p->low[c], step = range < 1e300 ? axis_round(range / 6) : NAN;
        for (double i = ceil(p->low[c] / step); i * step <= p->high[c]; i++) {
            double x = i == 0 ? 0 : i * step; /* never -0 */
            if (c == 0)
                html_add(t, "tick", "x=%.1f y=%d text=%.5g", at(p, c, x), BOTTOM + 17, x);
            else
                html_add(t, "plane-tick", "y=%.1f text=%.5g", at(p, c, x), x);
        }
    }
}

void plane_svg_cells(const struct plane *p, struct text *t) {
    html_part(t, "plane-cells");
    html_data(t, &p->picture);
    html_part(t, "path-end");
}

/* The points of a class as one path: at most MAX_POINTS of all classes together, evenly chosen. */
static void draw_points(const struct plane *p, int class, struct text *t) {
    const struct split *points = &p->data->split[TRAIN];
    int step = (points->count + MAX_POINTS - 1) / MAX_POINTS;
    html_add(t, "plane-class", "ink=%d", class % KINDS);
    for (int i = 0; i < points->count; i += step)
        if (points->labels[i] == class)
            text_printf(t, "M%.1f %.1f%s", at(p, 0, (double)points->values[2 * i]),
                        at(p, 1, (double)points->values[2 * i + 1]), marks[class % 4]);
    html_part(t, "path-end");
}

void plane_svg_close(const struct plane *p, struct text *t) {
    const struct string_list *classes = &p->data->classes;
    html_part(t, "plane-marks");
    for (int c = 0; c < classes->count; c++)
        draw_points(p, c, t);
    text_printf(t, "</g>\n");
    for (int c = 0; c < classes->count && c < MAX_NAMES; c++) {
        bool rest = c == MAX_NAMES - 1 && classes->count > MAX_NAMES;
        html_add(t, "plane-name", "ink=%d mark=%s x=%d y=%d name=%s", c % KINDS,
                 rest ? "" : marks[c % 4], RIGHT + 14, TOP + 8 + 20 * c,
                 rest ? "…" : classes->items[c]);
    }
    text_printf(t, "</svg>\n");
}
