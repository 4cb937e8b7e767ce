#include "export/literal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void add(struct text *t, double x, int digits, const char *suffix) {
    char number[40];
    if (x != x) {
        text_printf(t, "NAN");
        return;
    }
    snprintf(number, sizeof number, "%.*g", digits, x);
    text_printf(t, "%s%s%s", number, strpbrk(number, ".e") ? "" : ".0", suffix);
}

void literal_float(struct text *t, float x) {
    add(t, (double)x, 9, "f");
}

void literal_double(struct text *t, double x) {
    add(t, x, 17, "");
}

void literal_string(struct text *t, const char *s) {
    for (; *s; s++)
        if (isalnum((unsigned char)*s) || strchr(" _-+.,:;()", *s))
            text_add(t, s, 1);
        else
            text_printf(t, "\\%03o", (unsigned char)*s);
}
