#include "report/chart.h"
#include "ui/axis.h"

#include <math.h>

/* In the SVG's own units; the curves are in the box from (LEFT, TOP) to (RIGHT, BOTTOM). What is
 * right of it is for the names of the lines. */
enum { WIDTH = 460, HEIGHT = 252, LEFT = 56, RIGHT = 372, TOP = 44, BOTTOM = 226 };
enum { LABEL = 31 }; /* the least distance between two names */

/* Long runs are drawn through this many epochs at most, and this many show their values. */
enum { MOST_POINTS = 500, MOST_HOVERS = 120 };

struct axis {
    double low, high, step; /* multiples of `step` */
};

double chart_value(const struct train_epoch *row, size_t field) {
    return *(const double *)((const char *)row + field);
}

static struct axis fit(const struct chart *c, const struct metrics *m) {
    double low = INFINITY, high = -INFINITY;
    for (int k = 0; k < c->lines; k++)
        for (int i = 0; i < m->count; i++) {
            low = fmin(low, chart_value(&m->rows[i], c->fields[k])); /* fmin leaves NaN aside */
            high = fmax(high, chart_value(&m->rows[i], c->fields[k]));
        }
    if (!(low <= high))
        return (struct axis){0, 1, 0.5};
    if (c->from_zero && low > 0)
        low = 0;
    double range = fmax(high - low, fmax(fabs(high) * 1e-3, 1e-12));
    struct axis a = {.step = axis_round(range / 5)};
    a.low = floor(low / a.step + 1e-9) * a.step;
    a.high = ceil(fmax(high, low + range) / a.step - 1e-9) * a.step;
    if (c->percent && a.high > 1) { /* nothing is beyond all */
        a.high = 1;
        a.low = fmin(a.low, 1 - 5 * a.step);
    }
    return a;
}

static double x_of(const struct metrics *m, int i) {
    return m->count == 1 ? (LEFT + RIGHT) / 2.0
                         : LEFT + (double)(RIGHT - LEFT) * i / (m->count - 1);
}

static double y_of(const struct axis *a, double y) {
    return BOTTOM - (BOTTOM - TOP) * (y - a->low) / (a->high - a->low);
}

/* A value in so many digits behind the point as its step or, for 0, its size asks for. */
static void number(struct text *t, const struct chart *c, double y, double step) {
    double scale = c->percent ? 100 : 1;
    int digits = 0;
    for (double s = step * scale; s > 0 && s < 0.999 && digits < 12; s *= 10)
        digits++;
    if (step == 0 && fabs(y) > 0 && (fabs(y) < 1e-3 || fabs(y) >= 1e4) && !c->percent)
        text_printf(t, "%.3g", y);
    else
        text_printf(t, "%.*f%s",
                    step > 0     ? digits
                    : c->percent ? 2
                                 : 4,
                    y * scale, c->percent ? " %" : "");
}

static void axes(const struct chart *c, const struct metrics *m, const struct axis *a,
                 struct text *t) {
    int ticks = (int)((a->high - a->low) / a->step + 0.5);
    for (int i = 0; i <= ticks; i++) {
        double y = a->low + i * a->step;
        if (y > a->high * (1 + 1e-9))
            break;
        text_printf(t, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                    RIGHT, y_of(a, y), y_of(a, y));
        text_printf(t, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", LEFT - 8,
                    y_of(a, y) + 4);
        number(t, c, y, a->step);
        text_printf(t, "</text>\n");
    }
    text_printf(t, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">epoch</text>\n",
                LEFT - 16, BOTTOM + 20);
    int step = m->count > 1 ? (int)fmax(1, axis_round((m->count - 1) / 7.0)) : 1;
    for (int epoch = 1; epoch <= m->count; epoch = epoch - epoch % step + step)
        if (epoch == 1 || x_of(m, epoch - 1) - LEFT > 24 || m->count == 1)
            text_printf(t,
                        "<text class=\"tick\" x=\"%.1f\" y=\"%d\" "
                        "text-anchor=\"middle\">%d</text>\n",
                        x_of(m, epoch - 1), BOTTOM + 20, epoch);
}

static void curve(const struct chart *c, const struct metrics *m, const struct axis *a, int k,
                  struct text *t) {
    int step = (m->count + MOST_POINTS - 1) / MOST_POINTS;
    bool down = false; /* whether the pen is on the paper */
    text_printf(t, "<path class=\"line l%d\" d=\"", k);
    for (int i = 0; i < m->count; i++) {
        if (i % step != 0 && i != m->count - 1)
            continue;
        double y = chart_value(&m->rows[i], c->fields[k]);
        if (isfinite(y))
            text_printf(t, "%c%.1f %.1f", down ? 'L' : 'M', x_of(m, i), y_of(a, y));
        down = isfinite(y);
    }
    text_printf(t, "\"/>\n");
    for (int i = 0; i < m->count; i++) {
        double y = chart_value(&m->rows[i], c->fields[k]);
        if (isfinite(y) && m->count == 1)
            text_printf(t, "<circle class=\"dot d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", k,
                        x_of(m, i), y_of(a, y));
        if (isfinite(y) && c->mark == i + 1 && k == c->lines - 1)
            text_printf(t, "<circle class=\"ring l%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n", k,
                        x_of(m, i), y_of(a, y));
    }
}

/* The names of the lines beside their ends, with the last values, moved apart where they meet. */
static void names(const struct chart *c, const struct metrics *m, const struct axis *a,
                  struct text *t) {
    double y[CHART_LINES], last[CHART_LINES];
    for (int k = 0; k < c->lines; k++) {
        last[k] = chart_value(&m->rows[m->count - 1], c->fields[k]);
        y[k] = isfinite(last[k]) ? y_of(a, last[k]) : NAN;
    }
    if (c->lines == 2 && fabs(y[0] - y[1]) < LABEL) {
        double middle = fmin((y[0] + y[1]) / 2, BOTTOM - 14 - LABEL / 2.0);
        double apart = y[0] < y[1] ? -LABEL / 2.0 : LABEL / 2.0;
        y[0] = middle + apart;
        y[1] = middle - apart;
    }
    for (int k = 0; k < c->lines; k++)
        if (isfinite(y[k])) {
            text_printf(t,
                        "<text class=\"name n%d\" x=\"%d\" y=\"%.1f\">%s</text>"
                        "<text class=\"name n%d\" x=\"%d\" y=\"%.1f\">",
                        k, RIGHT + 14, y[k] - 1, c->names[k], k, RIGHT + 14, y[k] + 14);
            number(t, c, last[k], 0);
            text_printf(t, "</text>\n");
        }
}

/* A column an epoch, invisible until the pointer is over it; then its values stand at the top. */
static void hovers(const struct chart *c, const struct metrics *m, const struct axis *a,
                   struct text *t) {
    int step = (m->count + MOST_HOVERS - 1) / MOST_HOVERS;
    double width = m->count == 1 ? RIGHT - LEFT : (double)(RIGHT - LEFT) * step / (m->count - 1);
    for (int i = m->count - 1; i >= 0; i -= step) {
        text_printf(t,
                    "<g class=\"at\"><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x_of(m, i) - width / 2, TOP, width, BOTTOM - TOP, x_of(m, i), x_of(m, i), TOP,
                    BOTTOM);
        for (int k = 0; k < c->lines; k++) {
            double y = chart_value(&m->rows[i], c->fields[k]);
            if (isfinite(y))
                text_printf(t, "<circle class=\"d%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>", k,
                            x_of(m, i), y_of(a, y));
        }
        text_printf(t, "<text x=\"%d\" y=\"16\" text-anchor=\"end\">epoch %d", WIDTH - 2,
                    m->rows[i].epoch);
        for (int k = 0; k < c->lines; k++) {
            double y = chart_value(&m->rows[i], c->fields[k]);
            if (!isfinite(y))
                continue;
            text_printf(t, "<tspan class=\"n%d\" dx=\"10\">%s ", k, c->names[k]);
            number(t, c, y, 0);
            text_printf(t, "</tspan>");
        }
        text_printf(t, "</text></g>\n");
    }
}

void chart_write(const struct chart *c, const struct metrics *m, struct text *t) {
    struct axis a = fit(c, m);
    text_printf(
        t,
        "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" "
        "aria-label=\"%s over the epochs\">\n"
        "<text class=\"title\" x=\"0\" y=\"16\">%s<tspan class=\"unit\"%s>%s</tspan></text>\n",
        WIDTH, HEIGHT, c->title, c->title, *c->unit ? " dx=\"6\"" : "", c->unit);
    axes(c, m, &a, t);
    for (int k = 0; k < c->lines; k++)
        curve(c, m, &a, k, t);
    names(c, m, &a, t);
    hovers(c, m, &a, t);
    text_printf(t, "</svg>\n");
}
