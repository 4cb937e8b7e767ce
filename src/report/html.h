/* Text, numbers and pictures as HTML. */
#ifndef ONEHOT_REPORT_HTML_H
#define ONEHOT_REPORT_HTML_H

#include "base/text.h"
#include "data/picture.h"

/* The text, with what HTML takes for markup escaped: for content and for quoted attributes. */
void html_text(struct text *t, const char *s);

/* 1234567 as 1,234,567. */
void html_count(struct text *t, long long n);

/* A share 0 .. 1 in percent, with two digits behind the point: never rounded to 0 or 100 unless it
 * is. NaN is a dash. */
void html_percent(struct text *t, double share);

/* A colour for -1 (blue) over 0 (white) to 1 (red), told apart by colour-blind people, too. */
void html_colour(double x, uint8_t rgb[3]);

/* The picture as a PNG in a data: URL. */
ERROR_CHECKED int html_data(struct text *t, const struct picture *p, struct error *e);

/* An image element with the PNG in it, of at most `side` pixels a side, and this text for who
 * cannot see it. *p is scaled down where it is larger. */
ERROR_CHECKED int html_picture(struct text *t, struct picture *p, int side, const char *alt,
                               struct error *e);

#endif
