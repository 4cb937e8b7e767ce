#include "explain/quantity.h"

#include <math.h>
#include <stdio.h>

void quantity_number(double x, int digits, struct text *t) {
    if (isnan(x))
        text_printf(t, "nan"); /* never -nan */
    else
        text_printf(t, "%.*g", digits, x + 0);
}

/* Indices that have only one value are left out. */
static void indexed(const struct quantity *q, const char *row, const char *col, struct text *t) {
    bool rows = q->value.rows > 1, cols = q->value.cols > 1;
    text_printf(t, "%s", q->name);
    if (rows || cols)
        text_printf(t, "[%s%s%s]", rows ? row : "", rows && cols ? "," : "", cols ? col : "");
}

void quantity_element(const struct quantity *q, size_t i, struct text *t) {
    char row[24], col[24];
    snprintf(row, sizeof row, "%zu", i / (size_t)q->value.cols);
    snprintf(col, sizeof col, "%zu", i % (size_t)q->value.cols);
    indexed(q, row, col, t);
}

void quantity_symbol(const struct quantity *q, const char index[3], struct text *t) {
    char row[2] = {index[0]}, col[2] = {index[1] ? index[1] : index[0]};
    indexed(q, row, col, t);
}

void quantity_link(const struct quantity *q, size_t i, bool name, const struct style *s,
                   struct text *t) {
    if (s->html)
        text_printf(t, "<span data-q=\"%s:%zu\">", q->name, i);
    if (name)
        quantity_element(q, i, t);
    else
        quantity_number((double)q->value.data[i], s->digits, t);
    text_printf(t, "%s", s->html ? "</span>" : "");
}
