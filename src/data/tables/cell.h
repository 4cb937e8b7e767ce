/* What a cell of a table holds. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum cell_kind {
    CELL_NUMBER,  /* 12, -0.5, .5, 1e-3, or with a decimal comma 0,5 */
    CELL_BOOLEAN, /* true, false, yes or no */
    CELL_TEXT,
    CELL_MISSING, /* nothing, ?, NA, N/A, n.a., #N/A, <NA>, NaN, null, \N or None */
    CELL_KINDS
};

struct cell {
    enum cell_kind kind;

    /* a number, taken apart: (-1)^negative * digits * 10^power */
    bool negative;
    bool exact;      /* there are at most 18 digits, so `digits` holds all of them */
    uint64_t digits; /* without the mark */
    int power;
};

/* Letters may have any case, except None's. `*mark` is the file's decimal mark, '.' or ','; if it
 * is 0, either is accepted, and the first number that has one sets it. */
struct cell cell_read(const char *s, char *mark);

/* Of a number: the binary32 nearest to the text, whatever the locale: the bits of strtof. Infinite
 * if it is too large. May change a decimal comma in the text into a point. Of a boolean: 1 or 0. */
float cell_value(char *s, const struct cell *c);

bool cell_is_missing(const char *s);

/* Whether a text is a number with separators between its thousands, which could be taken for
 * decimal marks: 1,234 or 1.234,5 or 1 234 567. */
bool cell_is_grouped(const char *s);

/* Whether a text is a number with a currency's sign or a percent sign: $5.50, 25 %. */
bool cell_has_unit(const char *s);
