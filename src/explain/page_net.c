/* The net as circles and lines, the input on top, for one sample. The connections are read from the
 * formulas: one line for each element of the level above that occurs in an element's formula,
 * labelled with the parameter next to it there. */
#include "explain/formula.h"
#include "explain/page.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS = 6 };
enum { STEP = 140, RADIUS = 29, NEAR = 88, TOP = 44, LINE = 16, BLOCK = 3 * LINE + 4 };

/* Each unit's labels have their own height, from FIRST on, at which its lines are apart. */
static const double FIRST = 0.41, SPREAD = 0.40;

/* ---- what to draw ---- */

/* An element that occurs in a formula. */
struct ref {
    const struct quantity *q; /* NULL: there is none */
    size_t i;
};

/* The next element in what is left of a formula's text. */
static struct ref next(const struct trace *s, const char **text) {
    static const char mark[] = "data-q=\"";
    char name[64];
    const char *at = *text ? strstr(*text, mark) : NULL;
    if (!at)
        return (struct ref){0};
    at += sizeof mark - 1;
    int size = (int)strcspn(at, ":");
    *text = at + size + 1;
    snprintf(name, sizeof name, "%.*s", size, at);
    return (struct ref){trace_find(s, name), strtoul(*text, NULL, 10)};
}

/* The formula of an element, with its elements marked. */
static struct text formula_of(const struct quantity *q, size_t i) {
    static const struct style style = {.digits = 1, .terms = INT_MAX, .html = true};
    struct text t = {0};
    if (q->formula)
        (void)formula_numbers(q, i, &style, &t);
    return t;
}

/* The levels of circles: those of the trace. */
static int levels(const struct trace *s) {
    return s->training->model->nlayers + 3;
}

static int units(const struct trace *s, int i) {
    return (int)tensor_size(s->levels[i]->value);
}

bool page_net_fits(const struct trace *s) {
    for (int i = 0; i < levels(s); i++)
        if (s->n > 1 || tensor_size(s->levels[i]->value) > UNITS)
            return false;
    return true;
}

/* The quantity with that name plus a prefix and a suffix, or NULL. */
static const struct quantity *related(const struct trace *s, const char *before,
                                      const struct quantity *q, const char *after) {
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", before, q->name, after);
    return trace_find(s, name);
}

/* ---- positions ---- */

static double column(const struct quantity *q, size_t i, int width) {
    return width / 2.0 + ((double)i - (double)(tensor_size(q->value) - 1) / 2) * STEP;
}

/* From a level to the one above it, with room for the labels if the lines have any. */
static double distance(const struct trace *s, int i) {
    const struct model *m = s->training->model;
    int above = units(s, i - 1), rows = above > 2 ? above - 1 : 1;
    bool labels = i <= m->nlayers && m->layers[i - 1].nparams > 0;
    return labels ? 2 * RADIUS + rows * BLOCK / SPREAD : NEAR;
}

static double height(const struct trace *s, int i) {
    double y = TOP;
    for (int k = 1; k <= i; k++)
        y += distance(s, k);
    return y;
}

/* ---- the drawing ---- */

/* A number of the net. */
static void number(const struct output *o, double x, double y, const char *kind, const char *before,
                   const struct quantity *q, size_t i) {
    page_add(o, "net-number",
             "kind=%s x=%.1f y=%.1f name=%s i=%zu stage=%d element=%s before=%s value=%s", kind, x,
             y, q->name, i, q->stage->index, quantity_element(q, i).text, before,
             quantity_value(q, i, o->style.digits < 3 ? o->style.digits : 3).text);
}

/* A parameter (a weight on a line, or a bias), with its gradient and new value below it. */
static void parameter(const struct output *o, double x, double y, bool bias, struct ref r) {
    const struct quantity *gradient = related(o->trace, "d", r.q, ""),
                          *after = related(o->trace, "", r.q, "'");
    number(o, x, y, bias ? "b" : "w", bias ? "b " : "", r.q, r.i);
    if (gradient)
        number(o, x, y + LINE, bias ? "g b" : "g w", "", gradient, r.i);
    if (after)
        number(o, x, y + 2 * LINE, bias ? "u b" : "u w", "", after, r.i);
}

static void circle(const struct output *o, const struct quantity *q, size_t j, double x, double y) {
    const struct quantity *gradient = related(o->trace, "d", q, "");
    page_add(o, "net-circle", "x=%.1f y=%.1f r=%d stage=%d", x, y, RADIUS, q->stage->index);
    number(o, x, gradient ? y - 3 : y + 5, "v", "", q, j);
    if (gradient)
        number(o, x, y + 15, "g v", "", gradient, j);
    page_add(o, "net-name", "x=%.1f y=%.1f name=%s", x - RADIUS, y - RADIUS + 6,
             quantity_element(q, j).text);
    if (strcmp(q->name, "p") == 0)
        number(o, x + RADIUS + 6, y + 5, "b", "y ", trace_find(o->trace, "y"), j);
}

/* In drawing order: lines first, what covers them last. */
enum depth { LINES, LABELS, CIRCLES, DEPTHS };

/* Element j of a level: its circle, and the lines to the elements of its formula. */
static void draw(const struct output *o, int i, size_t j, int width, enum depth depth) {
    const struct quantity *q = o->trace->levels[i], *above = i > 0 ? o->trace->levels[i - 1] : NULL;
    double x = column(q, j, width), y = height(o->trace, i);
    struct text formula = formula_of(q, j);
    const char *rest = formula.data;
    if (depth == CIRCLES)
        circle(o, q, j, x, y);
    struct ref r, before = {0};
    for (; r = next(o->trace, &rest), r.q; before = r) {
        struct ref from = r.q == above ? r : before;
        double x0 = 0, y0 = 0, share = 0.5;
        bool line = from.q == above;
        if (line) {
            x0 = column(above, from.i, width);
            y0 = height(o->trace, i - 1) + RADIUS;
            if (units(o->trace, i - 1) > 1)
                share = FIRST + SPREAD * (double)from.i / (units(o->trace, i - 1) - 1);
        }
        if (depth == LINES && r.q == above)
            page_add(o, "net-line", "x1=%.1f y1=%.1f x2=%.1f y2=%.1f stage=%d", x0, y0, x,
                     y - RADIUS, q->stage->index);
        else if (depth == LABELS && line && r.q->parameter)
            parameter(o, x0 + (x - x0) * share, y0 + (y - RADIUS - y0) * share - LINE, false, r);
        else if (depth == CIRCLES && !line && r.q->parameter)
            parameter(o, x + RADIUS + 6, y - LINE / 2.0, true, r);
    }
    text_free(&formula);
}

void page_net(const struct output *o) {
    int count = levels(o->trace), max = 1;
    for (int i = 0; i < count; i++)
        max = units(o->trace, i) > max ? units(o->trace, i) : max;
    int width = max * STEP + 60;
    page_add(o, "net", "width=%d height=%.0f rem=%.1f", width,
             height(o->trace, count - 1) + RADIUS + 12, width / 15.0);
    for (int depth = 0; depth < DEPTHS; depth++)
        for (int i = 0; i < count; i++)
            for (int j = 0; j < units(o->trace, i); j++)
                draw(o, i, (size_t)j, width, (enum depth)depth);
    page_part(o, "net-end");
}
