/* The net as circles and lines, the input on top, for one sample. What hangs together is read off
 * the formulas: a line for each element of the layer before that an element is made of, with the
 * parameter that stands beside it. */
#include "explain/web.h"
#include "report/html.h"

#include <stdio.h>
#include <string.h>

enum { UNITS = 6, REFS = 64 };
enum { STEP = 140, RADIUS = 29, NEAR = 88, TOP = 44, LINE = 16, BLOCK = 3 * LINE + 4 };

/* ---- what there is to draw ---- */

/* The elements that a formula is made of, in order. */
struct refs {
    int count;
    struct {
        const struct quantity *q;
        size_t i;
    } at[REFS];
};

static void see(void *context, const struct quantity *q, size_t i) {
    struct refs *r = context;
    if (r->count < REFS) {
        r->at[r->count].q = q;
        r->at[r->count++].i = i;
    }
}

static struct refs refs_of(const struct quantity *q, size_t i) {
    struct refs r = {0};
    struct text ignored = {0};
    struct formula_style style = {.digits = 1, .terms = REFS, .seen = see, .context = &r};
    if (q->by)
        formula_numbers(q, i, &style, &ignored);
    text_free(&ignored);
    return r;
}

/* The rows of circles: x, the output of each layer, p, the loss. */
static const struct quantity *level(const struct step_shown *s, int i) {
    int layers = s->training->model->nlayers;
    if (i == layers + 1)
        return step_find(s, "p");
    if (i == layers + 2)
        return step_find(s, "loss");
    for (int k = 0; k < s->nstages; k++)
        if (s->stages[k].part == STAGE_FORWARD && s->stages[k].layer == i - 1)
            return &s->quantities[s->stages[k].first + s->stages[k].count - 1];
    return NULL;
}

static int levels(const struct step_shown *s) {
    return s->training->model->nlayers + 3;
}

bool net_fits(const struct step_shown *s) {
    for (int i = 0; i < levels(s); i++)
        if (s->n > 1 || tensor_size(level(s, i)->value) > UNITS)
            return false;
    return true;
}

/* The quantity of that name with something before and behind it, or NULL. */
static const struct quantity *related(const struct step_shown *s, const char *before,
                                      const struct quantity *q, const char *behind) {
    char name[sizeof q->name + 8];
    snprintf(name, sizeof name, "%s%s%s", before, q->name, behind);
    return step_find(s, name);
}

static int at(const struct step_shown *s, const struct quantity *q) {
    return (int)(step_stage(s, q) - s->stages);
}

/* ---- the drawing ---- */

/* Each unit's labels have a height of their own, from FIRST on, where its lines are apart. */
static const double FIRST = 0.41, SPREAD = 0.40;

struct drawing {
    const struct web *p;
    int width, digits;
    double y[64]; /* of each level */
};

static double column(const struct drawing *d, const struct quantity *q, size_t i) {
    return d->width / 2.0 + ((double)i - (double)(tensor_size(q->value) - 1) / 2) * STEP;
}

/* A number of the net. */
static void number(const struct drawing *d, double x, double y, const char *kind,
                   const char *before, const struct quantity *q, size_t i) {
    struct text *t = d->p->out;
    text_printf(t,
                "<text class=\"n %s\" x=\"%.1f\" y=\"%.1f\" tabindex=\"0\" data-q=\"%s:%zu\" "
                "data-at=\"%d\" aria-label=\"",
                kind, x, y, q->name, i, at(d->p->s, q));
    formula_element(q, i, t);
    text_printf(t, " = ");
    formula_number((double)q->value.data[i], d->digits, t);
    text_printf(t, "\">%s", before);
    formula_number((double)q->value.data[i], d->digits, t);
    text_printf(t, "</text>\n");
}

/* A parameter, below it its gradient and what it becomes. */
static void parameter(const struct drawing *d, double x, double y, const char *kind,
                      const struct quantity *q, size_t i) {
    const struct quantity *gradient = related(d->p->s, "d", q, ""),
                          *after = related(d->p->s, "", q, "'");
    char class[32];
    number(d, x, y, kind, strcmp(kind, "b") == 0 ? "b " : "", q, i);
    if (gradient) {
        snprintf(class, sizeof class, "g %s", kind);
        number(d, x, y + LINE, class, "", gradient, i);
    }
    if (after) {
        snprintf(class, sizeof class, "u %s", kind);
        number(d, x, y + 2 * LINE, class, "", after, i);
    }
}

static bool is_parameter(const struct step_shown *s, const struct quantity *q) {
    const struct stage *g = step_stage(s, q);
    return g->part == STAGE_FORWARD && g->layer >= 0 && !q->by;
}

/* The lines into element j of a level; the labels come later, to lie on top. */
static void lines(const struct drawing *d, int i, size_t j, bool labels) {
    const struct step_shown *s = d->p->s;
    const struct quantity *above = level(s, i - 1), *q = level(s, i);
    struct refs r = refs_of(q, j);
    double x1 = column(d, q, j), y0 = d->y[i - 1] + RADIUS, y1 = d->y[i] - RADIUS;
    size_t units = tensor_size(above->value);
    for (int k = 0; k < r.count; k++) {
        if (r.at[k].q != above)
            continue;
        double x0 = column(d, above, r.at[k].i);
        bool weighted = k + 1 < r.count && is_parameter(s, r.at[k + 1].q);
        double share = units > 1 ? FIRST + SPREAD * (double)r.at[k].i / (double)(units - 1) : 0.5;
        if (!labels)
            text_printf(d->p->out,
                        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" data-at=\"%d\"/>\n",
                        x0, y0, x1, y1, at(s, q));
        else if (weighted)
            parameter(d, x0 + (x1 - x0) * share, y0 + (y1 - y0) * share - LINE, "w", r.at[k + 1].q,
                      r.at[k + 1].i);
    }
}

/* What an element is made of besides the level above: a bias, beside its circle. */
static void beside(const struct drawing *d, int i, size_t j) {
    const struct step_shown *s = d->p->s;
    const struct quantity *q = level(s, i);
    struct refs r = refs_of(q, j);
    for (int k = 0; k < r.count && i > 0; k++)
        if (is_parameter(s, r.at[k].q) && (k == 0 || r.at[k - 1].q != level(s, i - 1)))
            parameter(d, column(d, q, j) + RADIUS + 6, d->y[i] - LINE / 2.0, "b", r.at[k].q,
                      r.at[k].i);
    if (strcmp(q->name, "p") == 0)
        number(d, column(d, q, j) + RADIUS + 6, d->y[i] + 5, "b", "y ", step_find(s, "y"), j);
}

static void circle(const struct drawing *d, int i, size_t j) {
    struct text *t = d->p->out;
    const struct quantity *q = level(d->p->s, i), *gradient = related(d->p->s, "d", q, "");
    double x = column(d, q, j), y = d->y[i];
    text_printf(t, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" data-at=\"%d\"/>\n", x, y, RADIUS,
                at(d->p->s, q));
    number(d, x, gradient ? y - 3 : y + 5, "v", "", q, j);
    if (gradient)
        number(d, x, y + 15, "g v", "", gradient, j);
    text_printf(t, "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">", x - RADIUS, y - RADIUS + 6);
    formula_element(q, j, t);
    text_printf(t, "</text>\n");
}

/* From a level to the one above it: room for the labels, where the lines have any. */
static double distance(const struct step_shown *s, int i) {
    int layer = i - 1;
    double units = (double)tensor_size(level(s, i - 1)->value);
    bool labels =
        layer < s->training->model->nlayers && s->training->model->layers[layer].nparams > 0;
    double rows = units > 2 ? units - 1 : 1;
    return labels ? 2 * RADIUS + rows * BLOCK / SPREAD : NEAR;
}

void net_write(const struct web *p) {
    struct drawing d = {.p = p, .digits = p->style.digits < 3 ? p->style.digits : 3};
    int count = levels(p->s), most = 1;
    double y = TOP;
    for (int i = 0; i < count && i < 64; i++) {
        int units = (int)tensor_size(level(p->s, i)->value);
        most = units > most ? units : most;
        y += i == 0 ? 0 : distance(p->s, i);
        d.y[i] = y;
    }
    d.width = most * STEP + 60;
    text_printf(p->out,
                "<svg class=\"net\" viewBox=\"0 0 %d %.0f\" style=\"max-width:%.1frem\" "
                "role=\"group\" aria-label=\"the net and its numbers\">\n",
                d.width, y + RADIUS + 12, d.width / 15.0);
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < count; i++)
            for (size_t j = 0; j < tensor_size(level(p->s, i)->value); j++) {
                if (pass < 2 && i > 0)
                    lines(&d, i, j, pass == 1);
                if (pass == 2) {
                    circle(&d, i, j);
                    beside(&d, i, j);
                }
            }
    text_printf(p->out, "</svg>\n");
}
