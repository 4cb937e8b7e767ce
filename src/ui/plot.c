#include "ui/plot.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 9 }; /* columns of the y axis and its numbers */

static const char *const marks[2][PLOT_SERIES] = {{"*", "o", "x", "+", "#", "@", "%", "="},
                                                  {"●", "○", "▲", "△", "■", "□", "◆", "◇"}};

struct range {
    double low, high;
};

static void widen(struct range *r, const double *y, int count) {
    for (int i = 0; i < count; i++)
        if (isfinite(y[i])) {
            r->low = fmin(r->low, y[i]);
            r->high = fmax(r->high, y[i]);
        }
}

/* The step, 0 .. steps - 1, that a value between low and high falls on. */
static int step_of(const struct range *r, double y, int steps) {
    if (r->high <= r->low)
        return steps / 2;
    return (int)((y - r->low) / (r->high - r->low) * (steps - 1) + 0.5);
}

void plot_sparkline(const double *y, int count, int cells, bool unicode, struct text *out) {
    static const char *const blocks[2][8] = {{"_", ".", "-", "=", "+", "*", "#", "@"},
                                             {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}};
    struct range r = {INFINITY, -INFINITY};
    widen(&r, y, count);
    for (int i = count > cells ? count - cells : 0; i < count; i++)
        text_printf(out, "%s", isfinite(y[i]) ? blocks[unicode][step_of(&r, y[i], 8)] : " ");
}

/* The range from the minimum of all values to the maximum. */
static struct range fit(const struct plot *p) {
    struct range r = {INFINITY, -INFINITY};
    for (int k = 0; k < p->count; k++)
        widen(&r, p->series[k].y, p->series[k].count);
    if (!(r.low <= r.high))
        return (struct range){0, 1};
    double least = fmax(fabs(r.high) * 1e-6, 1e-12);
    return r.high - r.low < least ? (struct range){r.low - least, r.high + least} : r;
}

/* Puts round numbers next to the rows that are nearest to them, on about every third row. */
static void label(const struct plot *p, const struct range *r, int row, struct text *out) {
    double step = axis_round((r->high - r->low) * 2.5 / p->height);
    double tick = ceil(r->low / step - 1e-9) * step;
    while (tick <= r->high + 1e-9 * step && step_of(r, tick, p->height) < row)
        tick += step;
    if (tick <= r->high + 1e-9 * step && step_of(r, tick, p->height) == row)
        text_printf(out, "%*.4g %s", LABEL - 2, fabs(tick) < step / 2 ? 0 : tick,
                    p->unicode ? "┤" : "+");
    else
        text_printf(out, "%*s %s", LABEL - 2, "", p->unicode ? "│" : "|");
}

/* Draws the curves into cells (height x columns): 0 is empty, k + 1 a mark of series k. A column
 * shows every epoch that falls on it, so that no spike is lost. */
static void draw(const struct plot *p, const struct range *r, int epochs, int columns,
                 unsigned char *cells) {
    struct range x = {0, epochs - 1};
    for (int k = p->count - 1; k >= 0; k--)
        for (int i = 0; i < p->series[k].count; i++) {
            double y = p->series[k].y[i];
            if (isfinite(y))
                cells[step_of(r, y, p->height) * columns + step_of(&x, i, columns)] =
                    (unsigned char)(k + 1);
        }
}

static void curves(const struct plot *p, const struct range *r, int epochs, int columns,
                   struct text *out) {
    unsigned char *cells = calloc((size_t)(p->height * columns), 1);
    out->failed |= !cells;
    if (cells)
        draw(p, r, epochs, columns, cells);
    for (int row = p->height - 1; row >= 0 && cells; row--) {
        label(p, r, row, out);
        int blanks = 0; /* before the next mark, so that lines have no trailing blanks */
        for (int c = 0; c < columns; c++) {
            int mark = cells[row * columns + c];
            if (mark > 0)
                text_printf(out, "%*s%s", blanks, "", marks[p->unicode][mark - 1]);
            blanks = mark > 0 ? 0 : blanks + 1;
        }
        text_add(out, "\n", 1);
    }
    free(cells);
}

static void x_axis(const struct plot *p, int epochs, int columns, struct text *out) {
    text_printf(out, "%*s%s", LABEL - 1, "", p->unicode ? "└" : "+");
    for (int c = 0; c < columns; c++)
        text_printf(out, "%s", p->unicode ? "─" : "-");
    static const char name[] = "epoch";
    char last[16];
    int room = columns - 1 - snprintf(last, sizeof last, "%d", epochs);
    int end = (room + (int)strlen(name)) / 2; /* of the name, in the middle of the room */
    if (room > (int)strlen(name) + 1)
        text_printf(out, "\n%*s1%*s%*s%s\n", LABEL, "", end, name, room - end, "", last);
    else
        text_printf(out, "\n%*s1 .. %s\n", LABEL, "", last);
}

void plot_write(const struct plot *p, struct text *out) {
    struct range r = fit(p);
    int epochs = 1, columns = p->width - LABEL;
    for (int k = 0; k < p->count; k++)
        epochs = p->series[k].count > epochs ? p->series[k].count : epochs;
    text_printf(out, "%s\n", p->title);
    curves(p, &r, epochs, columns, out);
    x_axis(p, epochs, columns, out);
    for (int k = 0; k < p->count; k++) {
        const struct plot_series *s = &p->series[k];
        text_printf(out, "%*s%s %s", LABEL, "", marks[p->unicode][k], s->name);
        if (s->count > 0 && isfinite(s->y[s->count - 1]))
            text_printf(out, "  %.4g", s->y[s->count - 1]);
        text_add(out, "\n", 1);
    }
}

int plot_print(const char *title, const struct plot_series *series, int count, struct error *e) {
    enum { HEIGHT = 12 };
    struct text t = {0};
    struct plot p = {.title = title,
                     .width = terminal_width() < 20 ? 20 : terminal_width() - 1,
                     .height = HEIGHT,
                     .unicode = terminal_unicode(),
                     .count = count,
                     .series = series};
    plot_write(&p, &t);
    return command_print(&t, e);
}
