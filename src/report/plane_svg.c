#include "report/html.h"
#include "report/plane.h"
#include "ui/axis.h"

#include <math.h>

/* In SVG units. The cells are in the box from (LEFT, TOP) to (RIGHT, BOTTOM), the legend to its
 * right. */
enum { WIDTH = 460, HEIGHT = 390, LEFT = 46, RIGHT = 350, TOP = 26, BOTTOM = 330 };
enum { MOST_POINTS = 1500, FEW_POINTS = 40, MOST_NAMES = 15, NAME = 11, KINDS = 10 };

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
        if (c == 0)
            text_printf(t, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
                        x_of(p, i * step), BOTTOM + 17);
        else
            text_printf(t, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                        LEFT - 6, y_of(p, i * step) + 4);
        text_printf(t, "%.5g</text>\n", i == 0 ? 0.0 : i * step);
    }
}

void plane_svg_open(const struct plane *p, const struct string_list *columns, const char *describe,
                    struct text *t) {
    text_printf(t,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart plane\" "
                "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
                WIDTH, HEIGHT);
    html_text(t, describe);
    text_printf(t, "\">\n");
    scale(p, 0, t);
    scale(p, 1, t);
    text_printf(t, "<text class=\"title\" x=\"%d\" y=\"%d\" text-anchor=\"end\">", RIGHT,
                BOTTOM + 36);
    html_text(t, columns->items[0]);
    text_printf(t, "</text>\n<text class=\"title\" x=\"0\" y=\"14\">");
    html_text(t, columns->items[1]);
    text_printf(t, "</text>\n");
}

int plane_svg_cells(const struct plane *p, struct text *t, struct error *e) {
    struct picture cells;
    if (plane_picture(p, &cells, e) != 0)
        return -1;
    text_printf(t,
                "<image class=\"inked\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                "preserveAspectRatio=\"none\" href=\"",
                LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
    int result = html_data(t, &cells, e);
    text_printf(t, "\"/>\n");
    picture_free(&cells);
    return result;
}

/* The mark of class k around (x, y), with a radius of about r: in turn a disk, a square, a triangle
 * and a diamond. */
static void mark(struct text *t, int k, double x, double y, double r) {
    double s = 0.9 * r, d = 1.2 * r; /* so that all look equally large */
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

/* The points of a class as one path: of all classes at most MOST_POINTS, evenly chosen. */
static void marks(const struct plane *p, const struct split *points, int class, struct text *t) {
    int step = (points->count + MOST_POINTS - 1) / MOST_POINTS;
    double r = points->count < FEW_POINTS ? 5.5 : 2.7;
    text_printf(t, "<path class=\"k%d\" d=\"", class % KINDS);
    for (int i = 0; i < points->count; i += step)
        if (points->labels[i] == class)
            mark(t, class, x_of(p, (double)points->values[2 * i]),
                 y_of(p, (double)points->values[2 * i + 1]), r);
    text_printf(t, "\"/>\n");
}

/* As much of a name as fits. */
static void short_name(const char *name, struct text *t) {
    char part[4 * NAME + 1];
    size_t n = 0;
    for (int letters = 0; name[n]; n++) {
        letters += ((unsigned char)name[n] & 0xc0) != 0x80; /* where a UTF-8 character begins */
        if (letters > NAME || n == sizeof part - 1)
            break;
        part[n] = name[n];
    }
    part[n] = '\0';
    html_text(t, part);
    if (name[n])
        text_printf(t, "…");
}

static void legend(const struct string_list *classes, struct text *t) {
    for (int c = 0; c < classes->count && c < MOST_NAMES; c++) {
        int y = TOP + 12 + 20 * c;
        bool rest = c == MOST_NAMES - 1 && classes->count > MOST_NAMES;
        if (!rest) {
            text_printf(t, "<path class=\"inked k%d\" d=\"", c % KINDS);
            mark(t, c, RIGHT + 14, y - 4, 3.5);
            text_printf(t, "\"/>");
        }
        text_printf(t, "<text class=\"name\" x=\"%d\" y=\"%d\">", RIGHT + 24, y);
        if (rest)
            text_printf(t, "…");
        else
            short_name(classes->items[c], t);
        text_printf(t, "</text>\n");
    }
}

void plane_svg_close(const struct plane *p, const struct split *points,
                     const struct string_list *classes, struct text *t) {
    text_printf(t, "<g class=\"inked marks\">\n");
    for (int c = 0; c < classes->count; c++)
        marks(p, points, c, t);
    text_printf(t, "</g>\n");
    legend(classes, t);
    text_printf(t, "</svg>\n");
}
