/* Decimal numbers of a table's cells: 12, -0.5, .5, 1e-3, or with a decimal comma 0,5. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A decimal, taken apart: (-1)^negative * digits * 10^power. */
struct number {
    bool negative;
    bool exact;      /* there are at most 18 digits, so `digits` holds all of them */
    uint64_t digits; /* without the mark */
    int power;
};

/* Whether the whole text is a number. `*mark` is the file's decimal mark, '.' or ','; if it is 0,
 * either is accepted, and the first number that has one sets it. */
bool number_scan(const char *s, char *mark, struct number *n);

/* The binary32 nearest to a text that number_scan accepts, whatever the locale: the bits of strtof.
 * Infinite if it is too large. May change a decimal comma in the text into a point. */
float number_value(char *s, const struct number *n);

/* Whether the text is a number with separators between its thousands, which could be taken for
 * decimal marks: 1,234 or 1.234,5 or 1 234 567. Ask after number_scan. */
bool number_is_grouped(const char *s);
