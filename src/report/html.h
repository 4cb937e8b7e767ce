/* The head of a page, and images in HTML. */
#pragma once

#include "base/embed.h"
#include "base/template.h"
#include "picture/picture.h"
#include "tensor/tensor.h"

/* Append a part of report.html (base/template.h), with or without values. */
#define html_add(t, ...)   template_html(t, embed_report_report_html, __VA_ARGS__)
#define html_part(t, part) template_part(t, embed_report_report_html, part)

/* Begins a page, up to its body. The title is `name` followed by `more`; `css` follows the style
 * sheet of report.html. */
void html_head(struct text *t, const char *name, const char *more, const char *css);

/* The image as a PNG in a data: URL. If memory runs out, this and the two functions below mark the
 * text as failed. */
void html_data(struct text *t, const struct picture *p);

/* An `img` element with that PNG; `alt` is for those who cannot see it. */
void html_picture(struct text *t, const struct picture *p, const char *alt);

/* Numbers that belong to pixels: a sample, the weights of a unit, or any matrix. */
struct html_grid {
    int width, height, channels, stride;
    const real *data; /* of pixel i, channel c: data[(i * channels + c) * stride] */
};

/* The mean over the channels of pixel i. */
double html_grid_mean(const struct html_grid *g, int i);

/* An `img` element of these means, scaled down to at most `side` pixels per side. The colours go
 * from blue (-max) through white (0) to red (max), which colour-blind people can tell apart. If
 * `grey`, positive numbers go from black (0) to white (max). */
void html_grid(struct text *t, const struct html_grid *g, double max, bool grey, int side,
               const char *alt);
