/* Literals of C and C++, from version 11 on, that stand for exactly the same value. */
#pragma once

#include "base/text.h"

struct literal {
    char text[32];
};

/* Decimals, since hexadecimal ones are no C++ before version 17. 9 digits tell apart any two
 * floats, 17 any two doubles. A NaN is NAN, of math.h. */
struct literal literal_float(float x);
struct literal literal_double(double x);

/* Adds the inside of a string or a comment: anything but letters, digits and a few marks as \ooo.
 */
void literal_string(struct text *t, const char *s);
