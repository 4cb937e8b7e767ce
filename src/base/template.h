/* Fills in templates: files that are embedded in the program (base/embed.h).
 *
 * The line "@part NAME" begins a part, which ends at the next such line. Within a part,
 *
 *     @{name}                     is replaced by the value of that name;
 *     @{name,}                    by a whole number, 1234567 as 1,234,567;
 *     @{name?text}, @{name!text}  by the text if the value is true (not "" and not 0), or if not;
 *     @if name, @else, @end       do the same for the whole lines between them; they do not nest;
 *     @\                          at the end of a line joins it to the next;
 *     @# ...                      is a comment line. */
#pragma once

#include "base/text.h"

/* Appends a part; template_html escapes every value for HTML, as content or in a quoted attribute.
 * `values` lists the values, separated by blanks, each with the conversion of its argument:
 * "name=%s width=%.1f". Conversions are printf's d, zu, lld, s (NULL is ""), f, e, g and a, without
 * "*". A missing part or value fails an assertion. */
#define template_add(t, file, part, ...)  template_fill(t, file, part, false, __VA_ARGS__)
#define template_html(t, file, part, ...) template_fill(t, file, part, true, __VA_ARGS__)
#define template_part(t, file, part)      template_fill(t, file, part, false, "no=%d", 0)
void template_fill(struct text *t, const char *file, const char *part, bool html,
                   const char *values, ...) ERROR_PRINTF(5, 6);
