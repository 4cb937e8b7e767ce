/* Fills in templates, which are files embedded in the program (base/embed.h).
 *
 * A line "@part NAME" begins a part, which ends before the next one. In a part
 *
 *     @{name}                     is replaced by the value of that name;
 *     @{name,}                    is a whole number, 1234567 as 1,234,567;
 *     @{name%}                    is a fraction 0 .. 1 in percent, with two decimals, never rounded
 *                                 to 0 or 100; NaN is a dash;
 *     @{name?text}, @{name!text}  is the text if the value is true (not "" and not 0), or if not;
 *     @if name, @else, @end       around whole lines, do the same; they do not nest;
 *     @\                          at the end of a line joins it to the next one;
 *     @# ...                      is a comment, a whole line. */
#pragma once

#include "base/text.h"

/* Appends a part. `values` names the values, separated by blanks, each with the conversion of its
 * argument: "name=%s width=%.1f". Conversions are printf's d, zu, lld, s (NULL is ""), f, e, g and
 * a, without "*". A missing part or value fails an assertion. */
void template_add(struct text *t, const char *file, const char *part, const char *values, ...)
    ERROR_PRINTF(4, 5);

/* The same, with every value escaped for HTML, as content or in a quoted attribute. */
void template_html(struct text *t, const char *file, const char *part, const char *values, ...)
    ERROR_PRINTF(4, 5);

/* The same for a part without values. */
void template_part(struct text *t, const char *file, const char *part);
