/* Text, numbers and pictures as HTML. */
#pragma once

#include "base/text.h"
#include "picture/picture.h"

/* The text, with what HTML takes for markup escaped: for content and for quoted attributes. */
void html_text(struct text *t, const char *s);

/* The text in an element: html_element(t, "th scope=\"row\"", s) is <th scope="row">s</th>. */
void html_element(struct text *t, const char *tag, const char *s);

/* A number for text_printf, valid until the end of the statement that calls:
 *     text_printf(t, "%s samples", html_count(n).text); */
struct html_number {
    char text[TEXT_GROUP];
};

/* 1234567 as 1,234,567. */
struct html_number html_count(long long n);

/* A fraction 0 .. 1 in percent, with two decimals: never rounded to 0 or 100. NaN is a dash. */
struct html_number html_percent(double fraction);

/* A colour for -1 (blue) over 0 (white) to 1 (red), which colour-blind people can tell apart. */
void html_colour(double x, uint8_t rgb[3]);

/* The picture as a PNG in a data: URL. */
ERROR_CHECKED int html_data(struct text *t, const struct picture *p, struct error *e);

/* An image element with the PNG in it, of at most `side` pixels a side, with `alt` for those who
 * cannot see it. Scales *p down where it is larger. */
ERROR_CHECKED int html_picture(struct text *t, struct picture *p, int side, const char *alt,
                               struct error *e);
