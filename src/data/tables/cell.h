/* What a cell of a table holds. */
#pragma once

#include "data/tables/number.h"

enum cell {
    CELL_NUMBER,
    CELL_BOOLEAN, /* true, false, yes or no */
    CELL_TEXT,
    CELL_MISSING, /* nothing, ?, NA, N/A, #N/A, NaN or null */
    CELL_KINDS
};

/* Letters may have any case. `mark` as in number_scan; *n is set for numbers only. */
enum cell cell_kind(const char *s, char *mark, struct number *n);

bool cell_is_missing(const char *s);

/* Of a CELL_BOOLEAN. */
bool cell_is_true(const char *s);
