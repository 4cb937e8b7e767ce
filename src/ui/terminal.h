/* Standard output as a terminal: its size, its characters, and text fitted to it. */
#pragma once

#include "base/text.h"

bool terminal_present(void); /* not a pipe or a file */
int terminal_width(void);    /* columns; 80 if unknown */
int terminal_height(void);   /* lines; 24 if unknown */
bool terminal_unicode(void); /* the locale is UTF-8 */

/* Prints the text in `cells` characters: cut, with "~" at the end, or padded on the right; padded
 * on the left if `cells` is negative. */
void terminal_text(const char *s, int cells);

/* Prints `first`, the text and a line break. Long text is broken between words at the width of the
 * terminal, and indented to the end of `first`. */
void terminal_paragraph(const char *first, const char *text);

/* The number of characters of a UTF-8 text. */
int terminal_length(const char *s);

/* Prints a bar of `cells` cells, without a line break. The fraction that is full is 0 .. 1. */
void terminal_bar(double fraction, int cells);
