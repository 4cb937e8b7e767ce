/* What the pages share: their frame, with the style sheet and the script that draws them from JSON,
 * and pictures in that JSON. */
#pragma once

#include "base/embed.h"
#include "base/template.h"
#include "picture/picture.h"
#include "tensor/tensor.h"
#include "json/json.h"

/* Begins a page, up to its body. The title is `name` followed by `more`; `css` follows the style
 * sheet report.css. */
void html_open(struct text *t, const char *name, const char *more, const char *css);

/* Ends it with the JSON, which it frees, and the scripts: chart.js, which all pages share, and the
 * page's own. Nothing in the JSON can end the element that holds it. */
void html_close(struct text *t, struct text *json, const char *script);

/* Appends the picture, a PNG in a data: URL. If memory runs out, this and the functions below mark
 * the text as failed. */
void html_data(struct text *t, const struct picture *p);

/* Adds that URL to the JSON. */
void html_picture(struct json *j, const char *key, const struct picture *p);

/* Numbers that belong to pixels: a sample, the weights of a unit, or any matrix. */
struct html_grid {
    int width, height, channels, stride;
    const real *data; /* of pixel i, channel c: data[(i * channels + c) * stride] */
};

/* The mean over the channels of pixel i. */
double html_grid_mean(const struct html_grid *g, int i);

/* Adds a picture of these means, scaled down to at most `side` pixels per side, in grey: -max is
 * black, 0 is 128, and max is white. The page colours it. */
void html_grid(struct json *j, const char *key, const struct html_grid *g, double max, int side);
