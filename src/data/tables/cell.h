/* What a cell of a table holds. */
#pragma once

#include <stdbool.h>

enum cell_kind {
    CELL_NUMBER,  /* 12, -0.5, .5, 1e-3, or with a decimal comma 0,5 */
    CELL_BOOLEAN, /* true, false, yes or no */
    CELL_TEXT,
    CELL_MISSING, /* nothing, ?, NA, N/A, n.a., #N/A, <NA>, NaN, null, \N or None */
    CELL_KINDS
};

struct cell {
    enum cell_kind kind;
    float value; /* of a number: the nearest binary32, infinite if it is too large; of a boolean: 1
                    or 0 */
};

/* Letters may have any case, except None's. `*mark` is the file's decimal mark, '.' or ','; if it
 * is 0, either is accepted, and the first number that has one sets it. */
struct cell cell_read(const char *s, char *mark);

bool cell_is_missing(const char *s);

/* Whether a text is a number that is written for people: with separators between its thousands,
 * which could be taken for decimal marks, with a currency's sign or a percent sign, or with the
 * other decimal mark: 1,234 or 1 234 567 or $5.50 or 25 %. */
bool cell_is_dressed(const char *s);
