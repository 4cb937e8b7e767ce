/* A stage of the page: each quantity in full, or what can be said of it. */
#include "explain/formula.h"
#include "explain/page.h"
#include "report/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 280 };

/* A number that one can point at and go to, in an element of that name. */
static void number(const struct output *o, const char *element, const struct quantity *q,
                   size_t i) {
    text_printf(o->out, "<%s tabindex=\"0\" data-q=\"%s:%zu\" data-name=\"", element, q->name, i);
    quantity_element(q, i, o->out);
    text_printf(o->out, "\">");
    quantity_number((double)q->value.data[i], o->style.digits, o->out);
    text_printf(o->out, "</%s>", element);
}

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" */
static void element(const struct output *o, const struct quantity *q, size_t i) {
    text_printf(o->out, "<p class=\"sum\" data-def=\"%s:%zu\">", q->name, i);
    output_formula(o, q, i, o->out);
    text_printf(o->out, " = ");
    number(o, "span", q, i);
    text_printf(o->out, "</p>\n");
}

static void matrix(const struct output *o, const struct quantity *q) {
    size_t cols = (size_t)q->value.cols;
    text_printf(o->out, "<div class=\"scroll\"><table class=\"numbers\">\n");
    for (size_t i = 0; i < tensor_size(q->value); i++) {
        text_printf(o->out, "%s", i % cols == 0 ? "<tr>" : "");
        number(o, "td", q, i);
        text_printf(o->out, "%s", (i + 1) % cols == 0 ? "</tr>\n" : "");
    }
    text_printf(o->out, "</table></div>\n");
}

static void heading(const struct output *o, const struct quantity *q) {
    struct text *t = o->out;
    text_printf(t, "<p class=\"formula\">");
    if (q->formula)
        formula_symbols(q, &o->style, t);
    else
        text_printf(t, "%s <small>", q->name);
    if (!q->formula && q->value.rows > 1 && q->value.cols > 1)
        text_printf(t, "%d × %d: ", q->value.rows, q->value.cols);
    if (!q->formula)
        text_printf(t, "%s</small>", q->words);
    text_printf(t, "</p>\n");
}

/* The numbers from -max to max as blue, white, red pixels: what a weight speaks against and for.
 * What has one row or column per pixel is a picture: of the first row, or of the unit that has the
 * largest number, the mean of the channels. */
static int picture(const struct output *o, const struct quantity *q, struct error *e) {
    const struct dataset *d = o->trace->training->data;
    struct tensor v = q->value;
    int features = d->height > 1 && d->width > 1 ? d->height * d->width * d->channels : 0;
    bool sample = v.cols == features, weights = !sample && v.rows == features;
    if (!sample && !weights && (v.rows < 2 || v.cols < 2))
        return 0;
    bool pixels = sample || weights;
    struct picture rgb = {pixels ? d->width : v.cols, pixels ? d->height : v.rows, 3, NULL};
    size_t largest = output_largest(q), unit = weights ? largest % (size_t)v.cols : 0;
    size_t channels = pixels ? (size_t)d->channels : 1, step = weights ? (size_t)v.cols : 1;
    double max = fabs((double)v.data[largest]);
    rgb.pixels = malloc(picture_size(&rgb));
    if (!rgb.pixels)
        return error_memory(e, "the page");
    for (size_t i = 0; i < (size_t)rgb.width * (size_t)rgb.height; i++) {
        double x = 0;
        for (size_t c = 0; c < channels; c++)
            x += (double)v.data[(i * channels + c) * step + unit];
        x = max > 0 ? x / (double)channels / max : 0;
        if (sample && x >= 0) /* light on dark, as it is */
            memset(rgb.pixels + 3 * i, (int)(x * 255), 3);
        else
            html_colour(x, rgb.pixels + 3 * i);
    }
    text_printf(o->out, "<figure class=\"picture%s\">", sample ? "" : " signed");
    int result = html_picture(o->out, &rgb, SIDE, q->name, e);
    text_printf(o->out, "<figcaption>%s", q->name);
    if (weights)
        text_printf(o->out, ", of unit %zu", unit);
    text_printf(o->out, "</figcaption></figure>\n");
    picture_free(&rgb);
    return result;
}

static int quantity(const struct output *o, const struct quantity *q, struct error *e) {
    bool full = output_complete(q);
    int result = 0;
    text_printf(o->out, "<div class=\"quantity\" data-words=\"%s\">\n", q->formula ? "" : q->words);
    heading(o, q);
    if (!output_small(q)) {
        text_printf(o->out, "<p class=\"note\">");
        output_summary(o, q, o->out);
        text_printf(o->out, "</p>\n");
        if (q->stage->part != STAGE_UPDATE)
            result = picture(o, q, e);
    } else if (!full) {
        matrix(o, q);
    }
    if (q->formula && !full) {
        text_printf(o->out, "<p class=\"note\">The largest:</p>\n");
        element(o, q, output_largest(q));
    }
    for (size_t i = 0; full && i < tensor_size(q->value); i++)
        element(o, q, i);
    text_printf(o->out, "</div>\n");
    return result;
}

int page_stage(const struct output *o, const struct stage *g, struct error *e) {
    const char *part = stage_parts[g->part];
    text_printf(o->out,
                "<article class=\"stage %s\" id=\"stage-%d\">\n<h2><small>%s</small> %s</h2>\n"
                "<p class=\"source\">%s</p>\n",
                part, g->index, part, g->title, g->source);
    for (const struct quantity *q = g->quantities; q; q = q->next)
        if (quantity(o, q, e) != 0)
            return -1;
    text_printf(o->out, "</article>\n");
    return 0;
}
