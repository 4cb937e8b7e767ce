/* What standard output can show. */
#pragma once

#include <stdbool.h>

bool terminal_present(void); /* a person is looking, not a pipe or a file */
int terminal_width(void);    /* columns; 80 where nobody says */
int terminal_height(void);   /* lines; 24 where nobody says */
bool terminal_unicode(void); /* the locale says that text is UTF-8 */

/* The text, cut to `cells` characters (the last one "~" then) and padded to as many: behind it, or
 * before it for a negative number. */
void terminal_text(const char *s, int cells);

/* `first`, then the text, broken between words to the width of the terminal; its lines begin where
 * the text does. Closed by a line break. */
void terminal_paragraph(const char *first, const char *text);

/* How many characters a UTF-8 text has. */
int terminal_length(const char *s);

/* A bar of `cells` cells, of which the share 0 .. 1 is full, without a line break. */
void terminal_bar(double share, int cells);

/* 1234567 as "1,234,567"; the text lives until the fourth call after this one. */
const char *terminal_count(long long n);
