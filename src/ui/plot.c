#include "ui/plot.h"
#include "ui/command.h"
#include "ui/terminal.h"

enum { LABEL = 9 }; /* columns of the y axis and its numbers */

static const char *const marks[2][PLOT_SERIES] = {{"*", "o", "x", "+", "#", "@", "%", "="},
                                                  {"●", "○", "▲", "△", "■", "□", "◆", "◇"}};

struct range {
    double low, high;
};

static void widen(struct range *r, double y) {
    if (isfinite(y)) {
        r->low = fmin(r->low, y);
        r->high = fmax(r->high, y);
    }
}

/* Value i of series k, as shown. */
static double value(const struct plot *p, int k, int i) {
    const char *first = (const char *)p->series[k].y;
    double y = *(const double *)(const void *)(first + (size_t)i * p->series[k].stride);
    return p->percent ? 100 * y : y;
}

double axis_round(double x) {
    double power = 1;
    while (power > x)
        power /= 10;
    while (power * 10 <= x)
        power *= 10;
    return power * (x <= power ? 1 : x <= 2 * power ? 2 : x <= 5 * power ? 5 : 10);
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
    for (int i = 0; i < count; i++)
        widen(&r, y[i]);
    for (int i = count > cells ? count - cells : 0; i < count; i++)
        text_printf(out, "%s", isfinite(y[i]) ? blocks[unicode][step_of(&r, y[i], 8)] : " ");
}

/* Labels about every third row with a round number, the one that is nearest to it. */
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

/* A cell (height x columns) is 0 if it is empty, or k + 1 for the mark of series k. A column shows
 * every epoch that falls on it, so that no spike is lost. */
static void curves(const struct plot *p, const struct range *r, int epochs, int columns,
                   struct text *out) {
    struct range x = {0, epochs - 1};
    SCOPED_MEMORY unsigned char *cells = calloc((size_t)(p->height * columns), 1);
    out->failed |= !cells;
    for (int k = p->count - 1; k >= 0 && cells; k--)
        for (int i = 0; i < p->series[k].count; i++) {
            double y = value(p, k, i);
            if (isfinite(y))
                cells[step_of(r, y, p->height) * columns + step_of(&x, i, columns)] =
                    (unsigned char)(k + 1);
        }
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
}

void plot_write(const struct plot *p, struct text *out) {
    struct range r = {INFINITY, -INFINITY};
    int epochs = 1, columns = p->width - LABEL;
    for (int k = 0; k < p->count; k++) {
        for (int i = 0; i < p->series[k].count; i++)
            widen(&r, value(p, k, i));
        epochs = p->series[k].count > epochs ? p->series[k].count : epochs;
    }
    double min = fmax(fabs(r.high) * 1e-6, 1e-12); /* so that the axis can be divided */
    if (!(r.low <= r.high))
        r = (struct range){0, 1};
    else if (r.high - r.low < min)
        r = (struct range){r.low - min, r.high + min};
    text_printf(out, "%s\n", p->title);
    curves(p, &r, epochs, columns, out);
    text_printf(out, "%*s%s", LABEL - 1, "", p->unicode ? "└" : "+");
    for (int c = 0; c < columns; c++)
        text_printf(out, "%s", p->unicode ? "─" : "-");
    char last[16];
    const char *name = p->x ? p->x : "epoch";
    int room = columns - 1 - snprintf(last, sizeof last, "%d", epochs);
    int end = (room + (int)strlen(name)) / 2; /* of the name, in the middle of the room */
    if (room > (int)strlen(name) + 1)
        text_printf(out, "\n%*s1%*s%*s%s\n", LABEL, "", end, name, room - end, "", last);
    else
        text_printf(out, "\n%*s1 .. %s\n", LABEL, "", last);
    for (int k = 0; k < p->count; k++) {
        const struct plot_series *s = &p->series[k];
        text_printf(out, "%*s%s %s", LABEL, "", marks[p->unicode][k], text_shown(s->name));
        if (s->count > 0 && isfinite(value(p, k, s->count - 1)))
            text_printf(out, "  %.4g", value(p, k, s->count - 1));
        text_add(out, "\n", 1);
    }
}

int plot_print(const char *title, bool percent, const struct plot_series *series, int count,
               struct error *e) {
    enum { HEIGHT = 12 };
    struct text t = {0};
    int width = terminal_width() < 20 ? 20 : terminal_width() - 1;
    struct plot p = {title, width, HEIGHT, terminal_unicode(), count, series, percent, NULL};
    plot_write(&p, &t);
    return command_print(&t, e);
}
