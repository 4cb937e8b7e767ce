/* Which character divides the fields of a table. */
#pragma once

#include <stdbool.h>

/* The divider by the first records in `text`: ',', ';', '\t' or, if blanks are allowed, ' ' for
 * runs of blanks and tabs. `whole` says that the text is the whole file; if not, its last record
 * may be cut off. */
char dialect_divider(const char *text, bool whole, bool blanks);
