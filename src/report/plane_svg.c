#include "report/html.h"
#include "report/plane.h"
#include "ui/axis.h"

#include <math.h>
#include <string.h>

/* In SVG units, as in the template. The cells are in the box from (LEFT, TOP) to (RIGHT, BOTTOM),
 * the legend to its right. */
enum { LEFT = 46, RIGHT = 350, TOP = 26, BOTTOM = 330 };
enum { MAX_POINTS = 1500, FEW_POINTS = 40, MAX_NAMES = 15, NAME = 11, KINDS = 10 };

static double x_of(const struct plane *p, double x) {
    return LEFT + (RIGHT - LEFT) * (x - p->low[0]) / (p->high[0] - p->low[0]);
}

static double y_of(const struct plane *p, double y) {
    return BOTTOM - (BOTTOM - TOP) * (y - p->low[1]) / (p->high[1] - p->low[1]);
}

/* The numbers along the axis of column c. */
static void scale(const struct plane *p, int c, struct text *t) {
    double range = p->high[c] - p->low[c];
    if (!(range < 1e300))
        return;
    double step = axis_round(range / 6);
    for (double i = ceil(p->low[c] / step); i * step <= p->high[c]; i++) {
        double at = i == 0 ? 0 : i * step; /* never -0 */
        if (c == 0)
            html_add(t, "tick", "x=%.1f y=%d text=%.5g", x_of(p, at), BOTTOM + 17, at);
        else
            html_add(t, "plane-tick", "y=%.1f text=%.5g", y_of(p, at), at);
    }
}

void plane_svg_open(const struct plane *p, const struct string_list *columns, const char *describe,
                    struct text *t) {
    html_add(t, "plane", "description=%s x=%s y=%s", describe, columns->items[0],
             columns->items[1]);
    scale(p, 0, t);
    scale(p, 1, t);
}

int plane_svg_cells(const struct plane *p, struct text *t, struct error *e) {
    struct picture cells;
    if (plane_picture(p, &cells, e) != 0)
        return -1;
    html_add(t, "plane-cells", "x=%d y=%d width=%d height=%d", LEFT, TOP, RIGHT - LEFT,
             BOTTOM - TOP);
    int result = html_data(t, &cells, e);
    html_part(t, "path-end");
    picture_free(&cells);
    return result;
}

/* The mark of class k around (x, y), with a radius of about r: a disk, a square, a triangle or a
 * diamond, in rotation. */
static void mark(struct text *t, int k, double x, double y, double r) {
    double s = 0.9 * r, d = 1.2 * r; /* so that all look the same size */
    switch (k % 4) {
    case 0:
        text_printf(t, "M%.1f %.1fa%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z", x - r, y, r, r,
                    2 * r, r, r, -2 * r);
        break;
    case 1:
        text_printf(t, "M%.1f %.1fh%.1fv%.1fh%.1fz", x - s, y - s, 2 * s, 2 * s, -2 * s);
        break;
    case 2:
        text_printf(t, "M%.1f %.1fl%.1f %.1fh%.1fz", x, y - d, d, 1.75 * d, -2 * d);
        break;
    default:
        text_printf(t, "M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz", x, y - d, d, d, -d, d, -d, -d);
    }
}

/* The points of a class as one path: at most MAX_POINTS of all classes together, evenly chosen. */
static void marks(const struct plane *p, const struct split *points, int class, struct text *t) {
    int step = (points->count + MAX_POINTS - 1) / MAX_POINTS;
    double r = points->count < FEW_POINTS ? 5.5 : 2.7;
    html_add(t, "plane-class", "ink=%d", class % KINDS);
    for (int i = 0; i < points->count; i += step)
        if (points->labels[i] == class)
            mark(t, class, x_of(p, (double)points->values[2 * i]),
                 y_of(p, (double)points->values[2 * i + 1]), r);
    html_part(t, "path-end");
}

/* How many bytes of a name fit. */
static size_t fit(const char *name) {
    size_t n = 0;
    for (int letters = 0; name[n] && n < 4 * NAME; n++) {
        letters += ((unsigned char)name[n] & 0xc0) != 0x80; /* where a UTF-8 character begins */
        if (letters > NAME)
            break;
    }
    return n;
}

static void legend(const struct string_list *classes, struct text *t) {
    for (int c = 0; c < classes->count && c < MAX_NAMES; c++) {
        char name[4 * NAME + 1] = "";
        bool rest = c == MAX_NAMES - 1 && classes->count > MAX_NAMES;
        size_t n = rest ? 0 : fit(classes->items[c]);
        if (!rest) {
            html_add(t, "plane-legend", "ink=%d", c % KINDS);
            mark(t, c, RIGHT + 14, TOP + 8 + 20 * c, 3.5);
            html_part(t, "path-end");
        }
        memcpy(name, classes->items[c], n);
        html_add(t, "plane-name", "x=%d y=%d name=%s cut=%d", RIGHT + 24, TOP + 12 + 20 * c, name,
                 classes->items[c][n] != '\0');
    }
}

void plane_svg_close(const struct plane *p, const struct split *points,
                     const struct string_list *classes, struct text *t) {
    html_part(t, "plane-marks");
    for (int c = 0; c < classes->count; c++)
        marks(p, points, c, t);
    text_printf(t, "</g>\n");
    legend(classes, t);
    text_printf(t, "</svg>\n");
}
