/* The parts of the page that output_page writes. In all of them data-q="NAME:INDEX" marks a number,
 * and data-at gives the stage in which it appears. */
#pragma once

#include "base/embed.h"
#include "base/template.h"
#include "explain/output.h"

/* page_add(o, part, values, ...) appends a part of page.html; page_part(o, part), one without
 * values. */
#define page_add(o, ...)   template_html((o)->out, embed_explain_page_html, __VA_ARGS__)
#define page_part(o, part) template_part((o)->out, embed_explain_page_html, part)

/* Whether the net is small enough to be drawn; and the drawing, an SVG element. */
bool page_net_fits(const struct trace *s);
void page_net(const struct output *o);

/* A stage, as an article. */
ERROR_CHECKED int page_stage(const struct output *o, const struct stage *g, struct error *e);
