/* The parts of the page that output_page writes. In all of them data-q="NAME:INDEX" marks a number,
 * data-at the stage that it appears in. */
#pragma once

#include "explain/output.h"

/* Whether the net is small enough to be drawn; and the drawing, an SVG element. */
bool page_net_fits(const struct trace *s);
void page_net(const struct output *o);

/* A stage, as an article. */
ERROR_CHECKED int page_stage(const struct output *o, const struct stage *g, struct error *e);
