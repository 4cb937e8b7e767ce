#include "export/literal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct literal number(double x, int digits, const char *suffix) {
    struct literal l = {"NAN"};
    if (x == x) {
        snprintf(l.text, 28, "%.*g", digits, x);
        strcat(l.text, strpbrk(l.text, ".e") ? "" : ".0");
        strcat(l.text, suffix);
    }
    return l;
}

struct literal literal_float(float x) {
    return number((double)x, 9, "f");
}

struct literal literal_double(double x) {
    return number(x, 17, "");
}

void literal_string(struct text *t, const char *s) {
    for (; *s; s++)
        if (isalnum((unsigned char)*s) || strchr(" _-+.,:;()", *s))
            text_add(t, s, 1);
        else
            text_printf(t, "\\%03o", (unsigned char)*s);
}
