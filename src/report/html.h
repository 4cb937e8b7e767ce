/* Text, numbers and pictures as HTML. */
#pragma once

#include "base/embed.h"
#include "base/template.h"
#include "picture/picture.h"

/* html_add(t, part, values, ...) appends a part of report.html; html_part(t, part), one without
 * values. */
#define html_add(t, ...)   template_html(t, embed_report_report_html, __VA_ARGS__)
#define html_part(t, part) template_part(t, embed_report_report_html, part)

/* Begins a page of this title, `name` followed by `more`, up to its body; `css` follows the style
 * sheet of report.html. */
void html_head(struct text *t, const char *name, const char *more, const char *css);

/* A number for a template, valid until the end of the statement that calls:
 *     html_add(t, "note", "samples=%s", html_count(n).text); */
struct html_number {
    char text[64];
};

/* 1234567 as 1,234,567. */
struct html_number html_count(long long n);

/* A fraction 0 .. 1 in percent, with two decimals; never rounded to 0 or 100. NaN is a dash. */
struct html_number html_percent(double fraction);

/* A colour from blue (-1) over white (0) to red (1); colour-blind people can tell these apart. */
void html_colour(double x, uint8_t rgb[3]);

/* The picture as a PNG in a data: URL. */
ERROR_CHECKED int html_data(struct text *t, const struct picture *p, struct error *e);

/* An image element with the PNG in it, scaled down to at most `side` pixels per side, with `alt`
 * for those who cannot see it. */
ERROR_CHECKED int html_picture(struct text *t, const struct picture *p, int side, const char *alt,
                               struct error *e);
