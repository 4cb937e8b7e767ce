/* A stage of the page: each quantity in full or summarised. */
#include "explain/formula.h"
#include "explain/page.h"
#include "report/html.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 280 };

/* A number that can be pointed at and linked to, in an HTML element of that tag. */
static void number(const struct output *o, const char *tag, const struct quantity *q, size_t i) {
    page_add(o, "number", "tag=%s name=%s i=%zu element=%s value=%s", tag, q->name, i,
             quantity_element(q, i).text, quantity_value(q, i, o->style.digits).text);
}

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" */
static void element(const struct output *o, const struct quantity *q, size_t i) {
    page_add(o, "sum", "name=%s i=%zu", q->name, i);
    output_formula(o, q, i, o->out);
    number(o, "span", q, i);
    page_part(o, "formula-end");
}

static void matrix(const struct output *o, const struct quantity *q) {
    size_t cols = (size_t)q->value.cols;
    page_part(o, "matrix");
    for (size_t i = 0; i < tensor_size(q->value); i++) {
        text_printf(o->out, "%s", i % cols == 0 ? "<tr>" : "");
        number(o, "td", q, i);
        text_printf(o->out, "%s", (i + 1) % cols == 0 ? "</tr>\n" : "");
    }
    page_part(o, "matrix-end");
}

static void heading(const struct output *o, const struct quantity *q) {
    char shape[32] = "";
    page_add(o, "quantity", "words=%s", q->formula ? "" : q->words);
    if (q->value.rows > 1 && q->value.cols > 1)
        snprintf(shape, sizeof shape, "%d × %d", q->value.rows, q->value.cols);
    if (q->formula)
        formula_symbols(q, &o->style, o->out);
    else
        page_add(o, "words", "name=%s shape=%s words=%s", q->name, shape, q->words);
    page_part(o, "formula-end");
}

/* The numbers from -max to max as blue, white, red pixels: a weight's evidence against and for. A
 * matrix with one row or column per pixel becomes a picture, of its first row or of the unit with
 * the largest number, with channels averaged. */
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
    char text[24] = "";
    if (weights)
        snprintf(text, sizeof text, "%zu", unit);
    page_add(o, "picture", "signed=%d", !sample);
    int result = html_picture(o->out, &rgb, SIDE, q->name, e);
    page_add(o, "caption", "name=%s unit=%s", q->name, text);
    picture_free(&rgb);
    return result;
}

static int quantity(const struct output *o, const struct quantity *q, struct error *e) {
    bool full = output_complete(q);
    int result = 0;
    heading(o, q);
    if (!output_small(q)) {
        struct text summary = {0};
        output_summary(o, q, &summary);
        page_add(o, "note", "text=%s", summary.data);
        text_done(&summary, o->out);
        if (q->stage->part != STAGE_UPDATE)
            result = picture(o, q, e);
    } else if (!full) {
        matrix(o, q);
    }
    if (q->formula && !full) {
        page_add(o, "note", "text=%s", "The largest:");
        element(o, q, output_largest(q));
    }
    for (size_t i = 0; full && i < tensor_size(q->value); i++)
        element(o, q, i);
    page_part(o, "quantity-end");
    return result;
}

int page_stage(const struct output *o, const struct stage *g, struct error *e) {
    page_add(o, "stage", "part=%s index=%d title=%s source=%s", stage_parts[g->part], g->index,
             g->title, g->source);
    for (const struct quantity *q = g->quantities; q; q = q->next)
        if (quantity(o, q, e) != 0)
            return -1;
    page_part(o, "stage-end");
    return 0;
}
