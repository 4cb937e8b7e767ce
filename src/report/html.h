/* Pages and pictures as HTML. */
#pragma once

#include "base/embed.h"
#include "base/template.h"
#include "picture/picture.h"
#include "tensor/tensor.h"

/* html_add(t, part, values, ...) appends a part of report.html; html_part(t, part), one without
 * values. */
#define html_add(t, ...)   template_html(t, embed_report_report_html, __VA_ARGS__)
#define html_part(t, part) template_part(t, embed_report_report_html, part)

/* Begins a page of this title, `name` followed by `more`, up to its body; `css` follows the style
 * sheet of report.html. */
void html_head(struct text *t, const char *name, const char *more, const char *css);

/* The picture as a PNG in a data: URL. If memory runs out, this and the two below mark the text as
 * failed. */
void html_data(struct text *t, const struct picture *p);

/* An image element with the PNG in it, with `alt` for those who cannot see it. */
void html_picture(struct text *t, const struct picture *p, const char *alt);

/* Numbers that belong to pixels: a sample, the weights of a unit, or any matrix. */
struct html_grid {
    int width, height, channels, stride;
    const real *data; /* of pixel i, channel c: data[(i * channels + c) * stride] */
};

/* The mean over the channels of pixel i. */
double html_grid_mean(const struct html_grid *g, int i);

/* An image element of these means, scaled down to at most `side` pixels per side, from blue (-max)
 * over white (0) to red (max): colour-blind people can tell these apart. If `grey`, positive
 * numbers are from black (0) to white (max). */
void html_grid(struct text *t, const struct html_grid *g, double max, bool grey, int side,
               const char *alt);
