/* A stage of the page: each quantity in full, or what can be said of it. */
#include "explain/web.h"
#include "report/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 280 };

/* A number that one can point at and go to, in an element of that name. */
static void number(const struct web *p, const char *element, const struct quantity *q, size_t i) {
    text_printf(p->out, "<%s tabindex=\"0\" data-q=\"%s:%zu\" data-name=\"", element, q->name, i);
    formula_element(q, i, p->out);
    text_printf(p->out, "\">");
    formula_number((double)q->value.data[i], p->style.digits, p->out);
    text_printf(p->out, "</%s>", element);
}

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" */
static void element(const struct web *p, const struct quantity *q, size_t i) {
    size_t j;
    const struct quantity *same = formula_copied(q, i, &j);
    text_printf(p->out, "<p class=\"sum\" data-def=\"%s:%zu\"><b>", q->name, i);
    formula_element(q, i, p->out);
    text_printf(p->out, "</b> = ");
    if (same) {
        text_printf(p->out, "<span data-q=\"%s:%zu\">", same->name, j);
        formula_element(same, j, p->out);
        text_printf(p->out, "</span>");
    } else {
        formula_numbers(q, i, &p->style, p->out);
    }
    text_printf(p->out, " = ");
    number(p, "span", q, i);
    text_printf(p->out, "</p>\n");
}

static void matrix(const struct web *p, const struct quantity *q) {
    text_printf(p->out, "<div class=\"scroll\"><table class=\"numbers\">\n");
    for (int r = 0; r < q->value.rows; r++) {
        text_printf(p->out, "<tr>");
        for (int c = 0; c < q->value.cols; c++)
            number(p, "td", q, (size_t)r * (size_t)q->value.cols + (size_t)c);
        text_printf(p->out, "</tr>\n");
    }
    text_printf(p->out, "</table></div>\n");
}

static void summary(const struct web *p, const struct quantity *q) {
    struct output_summary o = output_summary(q);
    text_printf(p->out, "<p class=\"note\">norm ");
    formula_number(o.norm, p->style.digits, p->out);
    text_printf(p->out, ", from ");
    formula_number(o.least, p->style.digits, p->out);
    text_printf(p->out, " to ");
    formula_number(o.most, p->style.digits, p->out);
    text_printf(p->out, ", %s of %s are 0</p>\n", html_count((long long)o.zeros).text,
                html_count((long long)tensor_size(q->value)).text);
}

static void heading(const struct web *p, const struct quantity *q) {
    struct text *t = p->out;
    if (q->by) {
        text_printf(t, "<p class=\"formula\">");
        formula_symbols(q, &p->style, t);
        text_printf(t, "</p>\n");
        return;
    }
    text_printf(t, "<p class=\"formula\">%s <small>", q->name);
    if (q->value.rows > 1 && q->value.cols > 1)
        text_printf(t, "%d × %d: ", q->value.rows, q->value.cols);
    text_printf(t, "%s</small></p>\n", q->words);
}

/* The numbers from -most to most as blue, white, red pixels: what a weight speaks against and for.
 */
static int picture(const struct web *p, const struct quantity *q, struct error *e) {
    const struct dataset *d = p->s->training->data;
    struct tensor v = q->value;
    bool pixels = d->height > 1 && d->width > 1;
    size_t features = (size_t)d->height * (size_t)d->width;
    bool sample = pixels && (size_t)v.cols == features * (size_t)d->channels;
    bool weights = pixels && (size_t)v.rows == features * (size_t)d->channels;
    if (!sample && !weights && (v.rows < 2 || v.cols < 2))
        return 0;
    struct picture rgb = {sample || weights ? d->width : v.cols,
                          sample || weights ? d->height : v.rows, 3, NULL};
    size_t count = (size_t)rgb.width * (size_t)rgb.height, best = output_summary(q).largest;
    size_t column = weights ? best % (size_t)v.cols : 0; /* the unit of the largest */
    double most = fabs((double)v.data[best]);
    rgb.pixels = malloc(picture_size(&rgb));
    if (!rgb.pixels)
        return error_memory(e, "the page");
    for (size_t i = 0; i < count; i++) {
        double x = 0;
        size_t channels = sample || weights ? (size_t)d->channels : 1;
        for (size_t c = 0; c < channels; c++) {
            size_t at = i * channels + c;
            x += (double)(weights ? v.data[at * (size_t)v.cols + column] : v.data[at]);
        }
        x = most > 0 ? x / (double)channels / most : 0;
        if (sample && x >= 0) /* light on dark, as it is */
            memset(rgb.pixels + 3 * i, (int)(x * 255), 3);
        else
            html_colour(x, rgb.pixels + 3 * i);
    }
    text_printf(p->out, "<figure class=\"picture%s\">", sample ? "" : " signed");
    int result = html_picture(p->out, &rgb, SIDE, q->name, e);
    text_printf(p->out, "<figcaption>%s", q->name);
    if (weights)
        text_printf(p->out, ", of unit %zu", column);
    text_printf(p->out, "</figcaption></figure>\n");
    picture_free(&rgb);
    return result;
}

static int quantity(const struct web *p, const struct quantity *q, struct error *e) {
    bool full = output_complete(q);
    int result = 0;
    text_printf(p->out, "<div class=\"quantity\" data-words=\"%s\">\n", q->by ? "" : q->words);
    heading(p, q);
    if (!output_small(q)) {
        summary(p, q);
        if (step_stage(p->s, q)->part != STAGE_UPDATE)
            result = picture(p, q, e);
    } else if (!full) {
        matrix(p, q);
    }
    if (q->by && !full) {
        text_printf(p->out, "<p class=\"note\">The largest:</p>\n");
        element(p, q, output_summary(q).largest);
    }
    for (size_t i = 0; full && i < tensor_size(q->value); i++)
        element(p, q, i);
    text_printf(p->out, "</div>\n");
    return result;
}

int stage_write(const struct web *p, int stage, struct error *e) {
    const struct stage *g = &p->s->stages[stage];
    text_printf(p->out,
                "<article class=\"stage %s\" id=\"stage-%d\">\n<h2><small>%s</small> %s</h2>\n"
                "<p class=\"source\">%s</p>\n",
                stage_parts[g->part], stage, stage_parts[g->part], g->title, g->source);
    for (int k = 0; k < g->count; k++)
        if (quantity(p, &p->s->quantities[g->first + k], e) != 0)
            return -1;
    text_printf(p->out, "</article>\n");
    return 0;
}
