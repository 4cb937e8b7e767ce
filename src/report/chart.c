#include "report/sections.h"
#include "ui/plot.h"

#include <math.h>
#include <stdio.h>

/* In SVG units, as in the template: the box of the curves. The lines' names are to its right. */
enum { LEFT = 56, RIGHT = 372, TOP = 44, BOTTOM = 226 };
enum { MAX_POINTS = 200 }; /* per curve: that of a long run skips epochs */

struct drawing {
    const struct chart *c;
    const struct metrics *m;
    int lines, step;        /* every step-th epoch is drawn, including the last one */
    double low, high, unit; /* the vertical axis: multiples of `unit` */
    char number[32];        /* the text that `number` wrote last */
    struct text *t;
};

/* Line k in row i of the metrics. */
static double value(const struct drawing *d, int k, int i) {
    return *(const double *)(const void *)((const char *)&d->m->rows[i] + d->c->lines[k].field);
}

static void fit_axis(struct drawing *d) {
    double low = INFINITY, high = -INFINITY;
    for (int k = 0; k < d->lines; k++)
        for (int i = 0; i < d->m->count; i++) {
            low = fmin(low, value(d, k, i)); /* fmin ignores NaN */
            high = fmax(high, value(d, k, i));
        }
    if (d->c->square > 0) {
        low = fmin(low, d->c->at);
        high = fmax(high, d->c->at);
    }
    if (!(low <= high)) /* there is no number */
        low = 0, high = 1;
    if (d->c->from_zero && low > 0)
        low = 0;
    double range = fmax(high - low, fmax(fabs(high) * 1e-3, 1e-12));
    d->unit = axis_round(range / 5);
    d->low = floor(low / d->unit + 1e-9) * d->unit;
    d->high = ceil(fmax(high, low + range) / d->unit - 1e-9) * d->unit;
    if (d->c->percent && d->high > 1) { /* nothing exceeds 100 % */
        d->high = 1;
        d->low = fmin(d->low, 1 - 5 * d->unit);
    }
}

static double x_of(const struct drawing *d, int i) {
    return d->m->count == 1 ? (LEFT + RIGHT) / 2.0
                            : LEFT + (double)(RIGHT - LEFT) * i / (d->m->count - 1);
}

static double y_of(const struct drawing *d, double y) {
    return BOTTOM - (BOTTOM - TOP) * (y - d->low) / (d->high - d->low);
}

/* A value for people. */
static const char *number(struct drawing *d, double y) {
    bool plain = y == 0 || (fabs(y) >= 1e-3 && fabs(y) < 1e4);
    snprintf(d->number, sizeof d->number,
             d->c->percent ? "%.2f %%"
             : plain       ? "%.4f"
                           : "%.3g",
             d->c->percent ? 100 * y : y);
    return d->number;
}

static void axes(const struct drawing *d) {
    for (int i = 0; d->low + i * d->unit <= d->high + d->unit * 1e-6; i++) {
        double value = (round(d->low / d->unit) + i) * d->unit; /* 0 is exact */
        html_add(d->t, "grid", "y=%.1f text=%g percent=%d", y_of(d, value),
                 d->c->percent ? 100 * value : value, d->c->percent);
    }
    int step = d->m->count > 1 ? (int)fmax(1, axis_round((d->m->count - 1) / 7.0)) : 1;
    for (int epoch = 1; epoch <= d->m->count; epoch = epoch - epoch % step + step)
        if (epoch == 1 || x_of(d, epoch - 1) - LEFT > 24 || d->m->count == 1)
            html_add(d->t, "tick", "x=%.1f y=%d text=%d", x_of(d, epoch - 1), BOTTOM + 20, epoch);
}

/* The point of line k in epoch i + 1, if it has one; `class` ends with the line's number. */
static void circle(const struct drawing *d, const char *class, int k, int i, double radius) {
    if (isfinite(value(d, k, i)))
        html_add(d->t, "circle", "class=%s line=%d x=%.1f y=%.1f r=%g", class, k, x_of(d, i),
                 y_of(d, value(d, k, i)), radius);
}

static void curve(const struct drawing *d, int k) {
    bool down = false; /* whether the current path is open */
    html_add(d->t, "curve", "line=%d", k);
    for (int i = (d->m->count - 1) % d->step; i < d->m->count; i += d->step) {
        double y = value(d, k, i);
        if (isfinite(y))
            text_printf(d->t, "%c%.1f %.1f", down ? 'L' : 'M', x_of(d, i), y_of(d, y));
        down = isfinite(y);
    }
    html_part(d->t, "path-end");
    if (d->m->count == 1)
        circle(d, "dot d", k, 0, 3);
}

/* One column per epoch, invisible until the pointer is over it; then it shows the epoch's values at
 * the top. */
static void hovers(struct drawing *d) {
    int count = d->m->count;
    double width = count == 1 ? RIGHT - LEFT : (double)(RIGHT - LEFT) * d->step / (count - 1);
    for (int i = count - 1; i >= 0; i -= d->step) {
        double x = x_of(d, i);
        html_add(d->t, "hover", "x=%.1f left=%.1f width=%.1f", x, x - width / 2, width);
        for (int k = 0; k < d->lines; k++)
            circle(d, "d", k, i, 3.5);
        html_add(d->t, "hover-values", "epoch=%d", d->m->rows[i].epoch);
        for (int k = 0; k < d->lines; k++)
            if (isfinite(value(d, k, i)))
                html_add(d->t, "hover-value", "line=%d name=%s value=%s", k, d->c->lines[k].name,
                         number(d, value(d, k, i)));
        html_part(d->t, "hover-end");
    }
}

void chart_write(const struct chart *c, const struct metrics *m, int mark, struct text *t) {
    struct drawing d = {.c = c,
                        .m = m,
                        .lines = c->lines[1].name ? 2 : 1,
                        .step = (m->count + MAX_POINTS - 1) / MAX_POINTS,
                        .t = t};
    fit_axis(&d);
    html_add(t, "chart", "title=%s unit=%s", c->title, c->unit);
    axes(&d);
    for (int k = 0; k < d.lines; k++) {
        double last = value(&d, k, m->count - 1);
        curve(&d, k);
        if (isfinite(last))
            html_add(t, "line-name", "line=%d x=%d y=%d name=%s value=%s", k, RIGHT + 14,
                     TOP + 12 + 44 * k, c->lines[k].name, number(&d, last));
    }
    if (mark > 0 && mark <= m->count)
        circle(&d, "ring l", d.lines - 1, mark - 1, 5);
    if (c->square > 0 && c->square <= m->count && isfinite(c->at))
        html_add(t, "square", "x=%.1f y=%.1f value=%s", x_of(&d, c->square - 1) - 4.5,
                 y_of(&d, c->at) - 4.5, number(&d, c->at));
    hovers(&d);
    text_printf(t, "</svg>\n");
}
